import Imaging
import Numerics

/// The acquisition of one synthetic image, drawn from an `AcquisitionPrior`.
package struct Acquisition: Sendable {
  /// Distance of the acquired samples, in voxels of the network along i, j, k.
  package var step: SIMD3<Double> = .one
  /// Position of the first sample, in voxels.
  package var phase: SIMD3<Double> = .zero
  /// Standard deviation of the point spread function, in voxels.
  package var deviation: SIMD3<Double> = .zero
  /// Bias field: a factor for every voxel of the grid; `nil` for none.
  package var bias: SplineField?
  /// Standard deviation of the noise, in the palette's intensities.
  package var noise: Float = 0
  /// Whether the noise is Rician instead of Gaussian.
  package var isRician = false
  /// Seed of the noise.
  package var seed: UInt64 = 0
  /// Ghost; `nil` for none.
  package var ghost: Ghost?
  /// Exponent of the gamma correction.
  package var gamma: Float = 1
  /// Whether air is exactly 0.
  package var isAirBlack = false

  /// A ghosting artifact: a weak copy of the image, shifted along one axis, as caused by breathing and pulsation.
  package struct Ghost: Sendable {
    /// The axis of the shift: 0, 1 or 2.
    package var axis: Int
    /// The shift in voxels.
    package var shift: Int
    /// Intensity of the copy over that of the image.
    package var strength: Float
  }

  /// Returns the sampling of one axis for a range of voxels.
  func sampling(of wanted: Range<Int>, along axis: Int) -> AxisSampling {
    AxisSampling(wanted: wanted, step: step[axis], phase: phase[axis], deviation: deviation[axis])
  }

  /// Applies the bias field to samples at the given voxels and adds noise.
  /// - Parameters:
  ///   - image: the samples, i fastest.
  ///   - positions: voxels of the samples along i, j, k.
  ///   - numbers: indices of the samples along i, j, k, which determine their noise.
  ///   - noiseFactor: factor of the noise's standard deviation.
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
