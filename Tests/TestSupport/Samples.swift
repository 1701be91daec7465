import Statistics

/// Made-up maps and masks.
package enum Samples {
  /// A mask with holes and a ragged border on a grid of three different axes.
  package static let mask: VoxelMask = {
    let shape = SIMD3(13, 11, 9)
    var stream = PermutationStream(seed: 3, number: 0)
    let inside = (0..<shape.x * shape.y * shape.z).map { _ in Double.random(in: 0..<1, using: &stream) < 0.8 }
    return VoxelMask(shape: shape, inside: inside)
  }()

  /// Independent values that are nearly normal: the sum of 12 uniform ones.
  package static func noise(_ count: Int, seed: UInt64) -> [Float] {
    var stream = PermutationStream(seed: seed, number: 1)
    return (0..<count).map { _ in
      (0..<12).reduce(Float(-6)) { sum, _ in sum + Float.random(in: 0..<1, using: &stream) }
    }
  }

  /// Noise in which neighbors resemble each other, with ties and with zeros.
  package static func map(seed: UInt64) -> [Float] {
    let noise = noise(mask.count, seed: seed)
    return noise.indices.map { voxel in
      let neighbors = mask.neighbors(of: voxel, mask.steps(.corners))
      let mean = neighbors.reduce(noise[voxel]) { $0 + noise[$1] } / Float(neighbors.count + 1)
      // Steps of 1/16 give ties.
      return voxel % 7 == 0 ? 0 : (mean * 48).rounded() / 16
    }
  }
}
