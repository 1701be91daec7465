import Imaging

/// Where the cortex of a label map touches fluid, or two banks of a sulcus touch each other.
///
/// Maps of 1 mm say cortex of both banks, and nothing of the film of fluid between, which a scan shows as a slightly darker
/// line. FreeSurfer's pial surface, by which the maps were drawn, lies nearer to the cortex than where a scan is halfway
/// between cortex and fluid. And all between the cortex and the skull is fluid to them, where a scan shows membranes as
/// bright as gray matter.
struct CorticalBorders {
  /// Offsets of the voxels in the middle between two white matters, ascending.
  private(set) var folds: [Int] = []
  /// Offsets of the voxels with fluid beside them, ascending.
  private(set) var rim: [Int] = []
  /// Offsets of the voxels of fluid with cortex beside them, ascending.
  private(set) var films: [Int] = []
  /// Offsets of the voxels where the dura mater lies, away from the cortex: on the inside of the skull, and in the
  /// middle between the hemispheres and between these and the cerebellum. Ascending.
  private(set) var membranes: [Int] = []

  /// Two cortices, or the fluid that a membrane hangs in, in mm.
  private static let width = 4.0...10.0

  /// - Parameters:
  ///   - indices: into `kinds`, of the voxels of the grid. Where deep gray matter has no kind of its own nothing is
  ///     found, for nothing tells it from cortex.
  ///   - labels: of the same voxels; cortices of two labels lie on two sides of a membrane.
  init(_ indices: [UInt8], kinds: [HeadLabels.Kind], labels: [UInt16], grid: Grid) {
    guard kinds.contains(where: { $0.matter == .putamen }) else { return }
    let isCortex = kinds.map { $0.matter == .cortex }
    let isFolded = kinds.map { $0.matter == .cortex || $0.matter == .cerebellarCortex }
    let isWhite = kinds.map { $0.matter == .whiteMatter }
    let isFluid = kinds.map { $0.matter == .fluid }
    let isOutside = kinds.map { $0.tissue == .background }
    let shape = grid.shape
    let steps = [1, shape.x, shape.x * shape.y]
    func touches(_ offset: Int, _ matter: [Bool]) -> Bool {
      steps.contains { matter[Int(indices[offset - $0])] || matter[Int(indices[offset + $0])] }
    }
    /// The offset behind the voxels of a matter that begin one step from here, where these are as many as that.
    func end(of matter: [Bool], from offset: Int, at place: Int, axis: Int) -> (offset: Int, middle: Int)? {
      let (step, spacing) = (steps[axis], grid.affine.spacing[axis])
      let lengths = Int(Self.width.lowerBound / spacing)...Int(Self.width.upperBound / spacing)
      let room = shape[axis] - place - 1
      var length = 1
      while length < room, length <= lengths.upperBound, matter[Int(indices[offset + length * step])] {
        length += 1
      }
      guard length < room, lengths.contains(length) else { return nil }
      return (offset + length * step, offset + length / 2 * step)
    }
    var found: (folds: Set<Int>, membranes: Set<Int>) = ([], [])
    forEachInnerVoxel(shape) { voxel, offset in
      let kind = Int(indices[offset])
      if isCortex[kind] {
        if touches(offset, isFluid) { rim.append(offset) }
        for axis in 0..<3 where isWhite[Int(indices[offset - steps[axis]])] {
          guard let run = end(of: isCortex, from: offset, at: voxel[axis], axis: axis),
            isWhite[Int(indices[run.offset])]
          else { continue }
          // Nearer to white matter lies a single cortex, cut along its floor.
          if !touches(run.middle, isWhite) { found.folds.insert(run.middle) }
        }
      } else if isFluid[kind] {
        if touches(offset, isFolded) {
          films.append(offset)
        } else if touches(offset, isOutside) {
          found.membranes.insert(offset)
        }
        for axis in 0..<3 where isFolded[Int(indices[offset - steps[axis]])] {
          guard let run = end(of: isFluid, from: offset, at: voxel[axis], axis: axis),
            isFolded[Int(indices[run.offset])], labels[run.offset] != labels[offset - steps[axis]]
          else { continue }
          if !touches(run.middle, isFolded) { found.membranes.insert(run.middle) }
        }
      }
    }
    folds = found.folds.sorted()
    membranes = found.membranes.sorted()
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
