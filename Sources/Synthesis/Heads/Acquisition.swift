import Imaging
import Numerics

/// What one scanner does to one head: the numbers drawn from an `AcquisitionPrior`.
package struct Acquisition: Sendable {
  /// Of the scanner's samples, in voxels of the network along i, j, k.
  package var step: SIMD3<Double> = .one
  /// Where the first sample lies, in voxels.
  package var phase: SIMD3<Double> = .zero
  /// Of the point spread, in voxels.
  package var deviation: SIMD3<Double> = .zero
  /// A factor for every voxel of the grid, or none.
  package var bias: SplineField?
  /// Standard deviation, in the palette's intensities.
  package var noise: Float = 0
  package var isRician = false
  package var seed: UInt64 = 0
  package var ghost: Ghost?
  package var gamma: Float = 1
  package var isAirBlack = false

  /// A weak copy of the image, moved along one axis as breathing and pulsing leave it.
  package struct Ghost: Sendable {
    package var axis: Int
    /// In voxels.
    package var shift: Int
    package var strength: Float
  }

  /// How an axis is sampled for a range of voxels.
  func sampling(of wanted: Range<Int>, along axis: Int) -> AxisSampling {
    AxisSampling(wanted: wanted, step: step[axis], phase: phase[axis], deviation: deviation[axis])
  }

  /// Shades the samples at the given voxels and adds noise. `numbers` tell one sample from the other.
  func shadeAndAddNoise(
    to image: inout [Float], positions: [[Int]], numbers: [Range<Int>], noiseFactor: Float = 1
  ) {
    if let bias {
      image.withUnsafeMutableBufferPointer { image in
        bias.at(positions).forEachRow { start, factors in
          for i in 0..<factors.count { image[start + i] *= factors[i] }
        }
      }
    }
    guard noise > 0 else { return }
    let hash = HashNoise(seed: seed)
    let (width, height) = (numbers[0].count, numbers[1].count)
    HashNoise.quantiles.withUnsafeBufferPointer { normal in
      image.withUnsafeMutableBufferPointer { image in
        for (k, z) in numbers[2].enumerated() {
          for (j, y) in numbers[1].enumerated() {
            let row = UnsafeMutableBufferPointer(
              rebasing: image[width * (j + height * k)..<width * (j + height * k + 1)])
            addNoise(to: row, noise * noiseFactor, hash, hash.row(y, z), numbers[0].lowerBound, normal)
          }
        }
      }
    }
  }

  private func addNoise(
    to row: UnsafeMutableBufferPointer<Float>, _ noise: Float, _ hash: HashNoise, _ key: UInt64,
    _ first: Int, _ normal: UnsafeBufferPointer<Float>
  ) {
    for i in 0..<row.count {
      let bits = hash.bits(first + i, row: key)
      let real = row[i] + noise * normal[Int(bits & HashNoise.mask)]
      if isRician {
        let imaginary = noise * normal[Int(bits >> 12 & HashNoise.mask)]
        row[i] = (real * real + imaginary * imaginary).squareRoot()
      } else {
        row[i] = real
      }
    }
  }
}
