import COneDNN

/// Mean and variance of each channel of one sample, in blocks of sixteen channels.
///
/// oneDNN's normalisation sums by thread, so that its last digits depend on how many there are. Here voxels are
/// cut into chunks by their number alone and the chunks' moments joined in order (Chan, Golub and LeVeque 1983),
/// which gives one result for any number of threads, and reads a tensor once where the primitive reads it twice.
struct ChannelStatistics {
  let channels, voxels: Int
  let type: dnnl_data_type_t

  /// Few enough terms for sums in f32, enough for chunks to cost nothing.
  private static let chunkLength = 512

  private struct Moments {
    var count: Int
    /// Σ (x − mean)² is the second.
    var mean, squares: SIMD16<Float>
  }

  /// - Parameters:
  ///   - sample: [⌈C / 16⌉, D, H, W, 16].
  ///   - mean: [C], written, as is the variance (with divisor D·H·W).
  func measure(
    _ sample: UnsafeRawPointer, mean: UnsafeMutableBufferPointer<Float>,
    variance: UnsafeMutableBufferPointer<Float>, threads: Int
  ) {
    if type == dnnl_bf16 {
      measure(sample, SixteenBrainFloats.self, mean, variance, threads)
    } else {
      measure(sample, SixteenFloats.self, mean, variance, threads)
    }
  }

  private func measure<Element: SixteenChannels>(
    _ sample: UnsafeRawPointer, _ element: Element.Type, _ mean: UnsafeMutableBufferPointer<Float>,
    _ variance: UnsafeMutableBufferPointer<Float>, _ threads: Int
  ) {
    let blocks = (channels + 15) / 16
    let starts = Array(stride(from: 0, to: voxels, by: Self.chunkLength))
    let parts = concurrentMap(Array(0..<blocks * starts.count), threads: threads) { index in
      let start = starts[index % starts.count]
      let first = index / starts.count * voxels
      return moments(sample, element, first + start..<first + min(start + Self.chunkLength, voxels))
    }
    for block in 0..<blocks {
      let own = parts[block * starts.count..<(block + 1) * starts.count]
      for place in 0..<min(16, channels - 16 * block) {
        let (channel, lane) = (16 * block + place, element.lane(of: place))
        (mean[channel], variance[channel]) = Self.joined(own, lane)
      }
    }
  }

  private func moments<Element: SixteenChannels>(
    _ sample: UnsafeRawPointer, _ element: Element.Type, _ range: Range<Int>
  ) -> Moments {
    // Deviations from one of the values: sums stay small, so that little is lost when the mean's share is taken off.
    let pivot = element.load(sample, at: range.lowerBound)
    var (sum, squares) = (SIMD16<Float>.zero, SIMD16<Float>.zero)
    for voxel in range {
      let deviation = element.load(sample, at: voxel) - pivot
      sum += deviation
      squares += deviation * deviation
    }
    let count = Float(range.count)
    return Moments(count: range.count, mean: pivot + sum / count, squares: squares - sum * sum / count)
  }

  private static func joined(_ parts: ArraySlice<Moments>, _ lane: Int) -> (mean: Float, variance: Float) {
    var (count, mean, squares) = (0.0, 0.0, 0.0)
    for part in parts {
      let added = Double(part.count)
      let difference = Double(part.mean[lane]) - mean
      squares += Double(part.squares[lane]) + difference * difference * count * added / (count + added)
      mean += difference * added / (count + added)
      count += added
    }
    return (Float(mean), Float(max(0, squares / count)))
  }
}
