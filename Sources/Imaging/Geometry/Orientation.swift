/// The directions of the three voxel axes, written as the ends towards which they run: `RAS`, `LIA`, …
///
/// The codes are those of nibabel and FSL: L means that i increases towards the left.
public struct Orientation: Hashable, Sendable {
  /// The world axis (0 left–right, 1 back–front, 2 bottom–top) of each voxel axis. This is a permutation.
  public let worldAxes: SIMD3<Int>
  /// The direction of each voxel axis: 1 towards R, A or S, and -1 towards L, P or I.
  public let signs: SIMD3<Int>

  /// The orientation RAS: to the right, to the front and upwards.
  public static let ras = Orientation(worldAxes: [0, 1, 2], signs: [1, 1, 1])

  private init(worldAxes: SIMD3<Int>, signs: SIMD3<Int>) {
    self.worldAxes = worldAxes
    self.signs = signs
  }

  /// Parses three letters of either case: one of L/R, one of P/A and one of I/S. Returns `nil` for any other text.
  public init?(_ codes: String) {
    var axes = SIMD3(repeating: -1)
    var signs = SIMD3(repeating: 0)
    // The letters are counted in upper case, because upper case can turn one letter into two.
    let letters = codes.uppercased()
    guard letters.count == 3 else { return nil }
    for (position, letter) in letters.enumerated() {
      guard let index = Self.letters.firstIndex(of: letter) else { return nil }
      axes[position] = index / 2
      signs[position] = index % 2 == 0 ? -1 : 1
    }
    guard Set([axes.x, axes.y, axes.z]).count == 3 else { return nil }
    self.init(worldAxes: axes, signs: signs)
  }

  /// Finds the orientation closest to an affine: of the six pairings of voxel axes with world axes, the one with the
  /// largest sum of cosines. An assignment column by column could give the worse pairing for a strongly oblique scan.
  public init(_ affine: Affine) {
    let lengths = affine.spacing
    let columns = [affine.i / lengths.x, affine.j / lengths.y, affine.k / lengths.z]
    func fit(_ axes: SIMD3<Int>) -> Double {
      (0..<3).reduce(0) { $0 + abs(columns[$1][axes[$1]]) }
    }
    var best = Self.permutations[0]
    for candidate in Self.permutations.dropFirst() where fit(candidate) > fit(best) { best = candidate }
    var signs = SIMD3(repeating: 1)
    for axis in 0..<3 where columns[axis][best[axis]] < 0 { signs[axis] = -1 }
    self.init(worldAxes: best, signs: signs)
  }

  /// The minus end and the plus end of each world axis.
  private static let letters: [Character] = ["L", "R", "P", "A", "I", "S"]
  private static let permutations: [SIMD3<Int>] = [
    [0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0],
  ]

  /// Returns, for each axis of a grid in this orientation, the parallel axis of a grid in `source`, and whether it runs
  /// in the opposite direction.
  func axes(from source: Orientation) -> (axes: SIMD3<Int>, flipped: [Bool]) {
    var axes = SIMD3(repeating: 0)
    var flipped = [false, false, false]
    for axis in 0..<3 {
      for candidate in 0..<3 where source.worldAxes[candidate] == worldAxes[axis] {
        axes[axis] = candidate
        flipped[axis] = source.signs[candidate] != signs[axis]
      }
    }
    return (axes, flipped)
  }
}

extension Orientation: CustomStringConvertible {
  /// The three letters.
  public var description: String {
    String((0..<3).map { Self.letters[2 * worldAxes[$0] + (signs[$0] > 0 ? 1 : 0)] })
  }
}

extension Orientation: Codable {
  /// Decodes the three letters.
  public init(from decoder: any Decoder) throws {
    let codes = try decoder.singleValueContainer().decode(String.self)
    guard let orientation = Orientation(codes) else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "\"\(codes)\" is no orientation like RAS"))
    }
    self = orientation
  }

  /// Encodes the three letters.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
