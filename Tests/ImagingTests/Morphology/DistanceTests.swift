import Imaging
import TestSupport
import Testing

@Suite("Distances")
struct DistanceTests {
  /// Three roundings of 6e-8 for squares, and SciPy's own to float32 on the way here.
  private static let tolerance: Float = 1e-6

  /// A mask, and what is special about it. Axes are neither multiples of a vector's width nor short enough for the
  /// outward search alone.
  struct Mask: Sendable, CustomTestStringConvertible {
    var name: String
    var shape: SIMD3<Int>
    var spacing: SIMD3<Double>
    var isInside: @Sendable (_ i: Int, _ j: Int, _ k: Int) -> Bool

    var testDescription: String { name }

    var map: LabelMap {
      var map = LabelMap(grid: Grid(shape: shape, affine: Affine(spacing: spacing)))
      for k in 0..<shape.z {
        for j in 0..<shape.y {
          for i in 0..<shape.x where isInside(i, j, k) { map[i, j, k] = UInt16(1 + (i + j + k) % 3) }
        }
      }
      return map
    }
  }

  static let masks = [
    Mask(name: "one voxel, far from all others", shape: [19, 131, 117], spacing: [1, 1, 1]) { i, j, k in
      i == 3 && j == 2 && k == 115
    },
    Mask(name: "specks, anisotropic", shape: [37, 70, 65], spacing: [0.9, 1.3, 2.7]) { i, j, k in
      (i * 31 + j * 17 + k * 7) % 997 == 0
    },
    Mask(name: "blobs on one side, the other side empty", shape: [40, 80, 23], spacing: [0.5, 0.5, 3]) {
      i, j, k in
      j < 20 && (i / 5 + j / 4 + k / 6) % 3 == 0
    },
    Mask(name: "all but one voxel", shape: [17, 5, 4], spacing: [1, 2, 3]) { i, j, k in
      i != 16 || j != 4 || k != 3
    },
    Mask(name: "a single row of voxels", shape: [130, 1, 1], spacing: [0.7, 1, 1]) { i, _, _ in i == 128 },
    Mask(name: "a single column of voxels", shape: [1, 1, 130], spacing: [1, 1, 0.7]) { _, _, k in k == 1 },
    Mask(name: "planes far apart", shape: [16, 140, 33], spacing: [1, 0.3, 1]) { _, j, _ in j == 0 || j == 139
    },
  ]

  @Test(
    "distances are SciPy's, voxel for voxel", .needs(.sciPy),
    arguments: masks)
  func scipy(mask: Mask) throws {
    let map = mask.map
    let step = mask.spacing
    let expected = try Python.volume(
      of: "y = nd.distance_transform_edt(x[0] == 0, sampling=(\(step.x), \(step.y), \(step.z)))",
      [map.labels.map { $0 > 0 ? 1 : 0 }], shape: mask.shape)
    let found = map.distances().voxels
    #expect(zip(found, expected).allSatisfy { abs($0 - $1) <= Self.tolerance * max($1, 1) })
  }

  @Test("distances are those to the nearest of all voxels, each tried", arguments: masks[3..<6])
  func each(mask: Mask) {
    let map = mask.map
    let found = map.distances()
    let inside = places(mask.shape).filter { map[$0.x, $0.y, $0.z] > 0 }
    let isRight = places(mask.shape).allSatisfy { place in
      let ways = inside.map { SIMD3<Double>(place &- $0) * mask.spacing }
      let least = ways.map { ($0 * $0).sum() }.min() ?? .infinity
      let distance = found[place.x, place.y, place.z]
      return abs(distance - Float(least.squareRoot())) <= Self.tolerance * max(distance, 1)
    }
    #expect(isRight)
  }

  private func places(_ shape: SIMD3<Int>) -> [SIMD3<Int>] {
    (0..<shape.x * shape.y * shape.z).map {
      [$0 % shape.x, $0 / shape.x % shape.y, $0 / (shape.x * shape.y)]
    }
  }

  @Test("with voxels of 1 mm squares are whole numbers, whichever way they were found")
  func whole() {
    let mask = Self.masks[0].map
    let bytes = mask.labels.map { UInt8($0 > 0 ? 1 : 0) }
    let squares = SquaredDistances(to: bytes, shape: mask.grid.shape, spacing: [1, 1, 1]).values
    let isRight = zip(places(mask.grid.shape), squares).allSatisfy { place, square in
      let way = place &- [3, 2, 115]
      return square == Float((way &* way).wrappedSum())
    }
    #expect(isRight)
  }

  @Test("what is asked for at some voxels is what is found at all", arguments: masks)
  func wanted(mask: Mask) {
    let map = mask.map
    let bytes = map.labels.map { UInt8($0 > 0 ? 1 : 0) }
    let wanted = bytes.indices.map { UInt8($0 % 13 == 0 ? 1 : 0) }
    let all = SquaredDistances(to: bytes, shape: mask.shape, spacing: mask.spacing).values
    let some = SquaredDistances(to: bytes, shape: mask.shape, spacing: mask.spacing, at: wanted).values
    // The outward search adds in another order than the envelope.
    let isRight = bytes.indices.allSatisfy {
      wanted[$0] == 0 || abs(some[$0] - all[$0]) <= 2 * Self.tolerance * max(all[$0], 1)
    }
    #expect(isRight)
  }

  @Test("an empty mask is infinitely far, a full one nowhere far")
  func extremes() {
    let grid = Grid(shape: [20, 7, 60], affine: Affine(spacing: [1, 2, 3]))
    #expect(LabelMap(grid: grid).distances().voxels.allSatisfy { $0 == .infinity })
    #expect(LabelMap(grid: grid, repeating: 2).distances().voxels.allSatisfy { $0 == 0 })
  }
}
