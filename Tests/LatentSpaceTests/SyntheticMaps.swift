import Foundation
import Imaging
import Numerics
import TestSupport

/// Maps with one ball of gray matter each, whose place and width differ from person to person: few numbers, which no
/// linear combination of maps gives back well.
struct SyntheticMaps {
  static let grid = Grid(shape: [16, 16, 16], affine: Affine(spacing: [4, 4, 4], origin: [-30, -30, -30]))
  var places: [SIMD3<Double>] = []
  var maps: [Volume] = []

  init(count: Int, seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<count {
      let place = SIMD3(
        Double.random(in: 5...10, using: &generator), Double.random(in: 6...9, using: &generator), 7.5)
      places.append(place)
      maps.append(Self.ball(at: place, radius: 4))
    }
  }

  static func ball(at place: SIMD3<Double>, radius: Double) -> Volume {
    var volume = Volume(grid: grid)
    for k in 0..<16 {
      for j in 0..<16 {
        for i in 0..<16 {
          let way = SIMD3(Double(i), Double(j), Double(k)) - place
          volume[i, j, k] = Float(1 / (1 + exp(2 * ((way * way).sum().squareRoot() - radius))))
        }
      }
    }
    return volume
  }

  /// Written to a folder, and read as the commands read them.
  func written(to place: Workplace) throws -> [String] {
    try maps.enumerated().map { index, map in
      let path = place("sub-\(String(101 + index))_space-template_label-GM_probseg.nii.gz")
      try map.write(to: path)
      return path
    }
  }
}
