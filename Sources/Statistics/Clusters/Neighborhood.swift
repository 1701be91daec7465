/// Which voxels are neighbors of a voxel.
public enum Neighborhood: Int, Hashable, Codable, Sendable, CaseIterable {
  /// Voxels that share a face (the default of FSL randomise and of nilearn).
  case faces = 6
  /// Voxels that share a face or an edge (SPM's clusters).
  case edges = 18
  /// Voxels that share a face, an edge or a corner (CAT12 and `fslmaths -tfce`).
  case corners = 26

  /// The 3 × 3 × 3 voxels around a voxel as bits: step (dx, dy, dz) at `(dx + 1) + 3 (dy + 1) + 9 (dz + 1)`.
  package static let steps: [SIMD3<Int>] = (0..<27).map { [$0 % 3 - 1, $0 / 3 % 3 - 1, $0 / 9 - 1] }
  /// Neighbors that share a face. They touch the most other neighbors, so they are looked at first.
  package static let faceBits: UInt32 = 1 << 4 | 1 << 10 | 1 << 12 | 1 << 14 | 1 << 16 | 1 << 22

  /// The neighbors of the central voxel.
  package var bits: UInt32 { Self.bits(where: contains) }

  /// For each of the 27 voxels, those of the 27 that are its neighbors too.
  ///
  /// If two neighbors of a voxel touch each other, they belong to one cluster, and one of them needs to be looked up.
  package var adjacentBits: [UInt32] {
    Self.steps.map { step in Self.bits { contains($0 &- step) } }
  }

  private func contains(_ step: SIMD3<Int>) -> Bool {
    let length = Self.squaredLength(step)
    let most =
      switch self {
      case .faces: 1
      case .edges: 2
      case .corners: 3
      }
    // The longest steps inside the 3 × 3 × 3 voxels count 2 along an axis, which is no neighbor.
    return length > 0 && length <= most && step.max() <= 1 && step.min() >= -1
  }

  private static func squaredLength(_ step: SIMD3<Int>) -> Int { (step &* step).wrappedSum() }

  private static func bits(where condition: (SIMD3<Int>) -> Bool) -> UInt32 {
    steps.indices.reduce(0) { condition(steps[$1]) ? $0 | 1 << $1 : $0 }
  }
}
