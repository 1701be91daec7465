import Foundation
import Imaging
import TestSupport
import Testing

/// A prediction and a reference whose label 1 is compared.
struct MaskPair: Sendable, CustomTestStringConvertible {
  var name: String
  var prediction, reference: LabelMap

  var testDescription: String { name }

  /// Both masks as 0 and 1, for Python.
  var arrays: [[Float]] { [prediction, reference].map { $0.labels.map { $0 == 1 ? 1 : 0 } } }

  /// Small masks with every corner case that is not empty.
  static let corners: [MaskPair] = [
    pair("a box and the same box moved", [13, 11, 9], [1, 1, 1]) { place in
      (inBox(place, [2, 2, 2], [7, 6, 5]), inBox(place, [4, 3, 2], [9, 7, 5]))
    },
    pair("equal masks", [9, 9, 9], [1, 2, 3]) { place in
      (inBox(place, [2, 2, 2], [6, 6, 6]), inBox(place, [2, 2, 2], [6, 6, 6]))
    },
    pair("one voxel each, in opposite corners", [12, 10, 8], [0.9, 1.1, 2.5]) { place in
      (place == [0, 0, 0], place == [11, 9, 7])
    },
    pair("touching the border on all sides", [10, 8, 6], [1.2, 0.8, 3]) { place in
      (true, inBox(place, [0, 2, 0], [9, 5, 5]))
    },
    pair("scattered parts, anisotropic", [31, 27, 22], [0.7, 1.3, 2.9]) { place in
      let hash = (place.x * 31 + place.y * 17 + place.z * 57) % 101
      let blob = (place.x / 5 + place.y / 4 + place.z / 3) % 3 == 0
      return (blob && hash > 5, (blob && hash < 95) || hash == 50)
    },
    pair("one slice", [30, 20, 1], [0.5, 0.5, 5]) { place in
      (place.x > place.y, place.x > place.y + 4 || place.y == 19)
    },
  ]

  /// Gray matter of the two heads in `sample-data`, which lie in one space.
  static let heads: MaskPair? = {
    let maps = ["mni152", "colin27"].compactMap { name in
      let path = SampleData.path("sub-\(name)/anat/sub-\(name)_dseg.nii.gz")
      return try? NIfTIImage(contentsOf: path).labelMap()
    }
    guard maps.count == 2 else { return nil }
    return MaskPair(name: "two heads", prediction: maps[0].resampled(onto: maps[1].grid), reference: maps[1])
  }()

  private static func inBox(_ place: SIMD3<Int>, _ low: SIMD3<Int>, _ high: SIMD3<Int>) -> Bool {
    all(place .>= low) && all(place .<= high)
  }

  private static func pair(
    _ name: String, _ shape: SIMD3<Int>, _ spacing: SIMD3<Double>,
    _ isInside: (SIMD3<Int>) -> (prediction: Bool, reference: Bool)
  ) -> MaskPair {
    let grid = Grid(shape: shape, affine: Affine(spacing: spacing))
    var (prediction, reference) = (LabelMap(grid: grid), LabelMap(grid: grid, repeating: 2))
    for index in 0..<grid.count {
      let inside = isInside([index % shape.x, index / shape.x % shape.y, index / (shape.x * shape.y)])
      if inside.prediction { prediction.labels[index] = 1 }
      if inside.reference { reference.labels[index] = 1 }
    }
    return MaskPair(name: name, prediction: prediction, reference: reference)
  }
}
