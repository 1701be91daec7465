import Imaging

/// Where the cortex of a label map touches fluid, or two banks of a sulcus touch each other.
///
/// Maps of 1 mm say cortex of both banks, and nothing of the film of fluid between, which a scan shows as a darker line:
/// that is still cortex to those who drew the map, and a network that never saw such a line calls it fluid. Nor do they
/// say that the cortex is darker outside than inside, so that half the way to the fluid's intensity lies inside of it.
struct CorticalBorders {
  /// Offsets of the voxels in the middle between two white matters, ascending.
  private(set) var folds: [Int] = []
  /// Offsets of the voxels with fluid beside them, ascending.
  private(set) var rim: [Int] = []

  /// Two cortices, in mm.
  private static let width = 4.0...10.0

  /// - Parameters:
  ///   - indices: into `kinds`, of the voxels of the grid. Where deep gray matter has no kind of its own nothing is
  ///     found, for nothing tells it from cortex.
  init(_ indices: [UInt8], kinds: [HeadLabels.Kind], grid: Grid) {
    guard kinds.contains(where: { $0.matter == .putamen }) else { return }
    let isCortex = kinds.map { $0.matter == .cortex }
    let isWhite = kinds.map { $0.matter == .whiteMatter }
    let isFluid = kinds.map { $0.matter == .fluid }
    let shape = grid.shape
    let steps = [1, shape.x, shape.x * shape.y]
    func touches(_ offset: Int, _ matter: [Bool]) -> Bool {
      steps.contains { matter[Int(indices[offset - $0])] || matter[Int(indices[offset + $0])] }
    }
    var found: Set<Int> = []
    forEachInnerVoxel(shape) { voxel, offset in
      guard isCortex[Int(indices[offset])] else { return }
      if touches(offset, isFluid) { rim.append(offset) }
      for axis in 0..<3 where isWhite[Int(indices[offset - steps[axis]])] {
        let (step, spacing) = (steps[axis], grid.affine.spacing[axis])
        let lengths = Int(Self.width.lowerBound / spacing)...Int(Self.width.upperBound / spacing)
        let room = shape[axis] - voxel[axis] - 1
        var length = 1
        while length < room, length <= lengths.upperBound, isCortex[Int(indices[offset + length * step])] {
          length += 1
        }
        guard length < room, lengths.contains(length), isWhite[Int(indices[offset + length * step])] else {
          continue
        }
        let middle = offset + length / 2 * step
        // Nearer to white matter lies a single cortex, cut along its floor.
        if !touches(middle, isWhite) { found.insert(middle) }
      }
    }
    folds = found.sorted()
  }

  private func forEachInnerVoxel(_ shape: SIMD3<Int>, _ body: (SIMD3<Int>, Int) -> Void) {
    guard shape.min() > 2 else { return }
    for z in 1..<shape.z - 1 {
      for y in 1..<shape.y - 1 {
        let row = shape.x * (y + shape.y * z)
        for x in 1..<shape.x - 1 { body(SIMD3(x, y, z), row + x) }
      }
    }
  }
}
