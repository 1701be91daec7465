import Imaging

/// The voxels of a label map where the cortex touches fluid, or where two banks of a sulcus touch.
///
/// Label maps of 1 mm label both banks of a sulcus as cortex, without the thin film of fluid between them, which a scan
/// shows as a slightly darker line. FreeSurfer's pial surface, from which the maps were made, is closer to the cortex
/// than the half-intensity line between cortex and fluid. The maps label everything between cortex and skull as fluid,
/// whereas scans show membranes as bright as gray matter.
struct CorticalBorders {
  /// Offsets of the voxels midway between two white matter regions, in ascending order.
  private(set) var folds: [Int] = []
  /// Offsets of the cortical voxels next to fluid, in ascending order.
  private(set) var rim: [Int] = []
  /// Offsets of the fluid voxels next to cortex, in ascending order.
  private(set) var films: [Int] = []
  /// Offsets of the fluid voxels away from the cortex where the dura mater lies, in ascending order: on the inside of
  /// the skull, midway between the hemispheres, and midway between the hemispheres and the cerebellum.
  private(set) var membranes: [Int] = []

  /// Width in mm of two adjacent cortices, or of the fluid around a membrane.
  private static let width = 4.0...10.0

  /// Finds the borders.
  /// - Parameters:
  ///   - indices: an index into `kinds` for each voxel of the grid.
  ///   - kinds: the tissue classes. Nothing is found if deep gray matter has no class of its own, because it cannot be
  ///     distinguished from cortex.
  ///   - labels: the label of each voxel; cortices with different labels are on different sides of a membrane.
  ///   - grid: the grid of the voxels.
  init(_ indices: [UInt8], kinds: [HeadLabelMap.Kind], labels: [UInt16], grid: Grid) {
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
    /// Returns the offset after the run of voxels of a class that starts one step from here, and that of its middle;
    /// `nil` if the length is out of range.
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
          // Close to white matter, the run is a single cortex that is cut along its floor.
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
