import COneDNN
import Numerics

/// The mean and the variance of each channel of one sample, in blocks of channels.
///
/// oneDNN's normalization adds per thread, so that the last digits depend on the number of threads. Here chunks of a
/// fixed length are measured, and their moments are combined in order (Chan, Golub and LeVeque 1983). The result is the
/// same for any number of threads, and the tensor is read once, whereas the primitive reads it twice.
package struct ChannelStatistics {
  /// The numbers of channels and of voxels of the sample.
  let channels, voxels: Int
  /// The block of channels.
  let block: ChannelBlock
  /// The type of the elements.
  let type: dnnl_data_type_t

  /// Prepares the statistics of samples.
  package init(channels: Int, voxels: Int, block: ChannelBlock, type: dnnl_data_type_t) {
    precondition(block != .all || block.suits(channels), "channels-last layouts need whole vectors")
    self.channels = channels
    self.voxels = voxels
    self.block = block
    self.type = type
  }

  /// The length of a chunk in vectors of 16 numbers: short enough for sums in f32, and long enough to hide its
  /// overhead.
  private static let chunkLength = 512

  /// The moments of the numbers in each lane of some vectors.
  private struct Moments {
    var count: Int
    /// The mean, and the sum of squared deviations Σ (x − mean)².
    var mean, squares: SIMD16<Float>
  }

  /// Measures a sample.
  /// - Parameters:
  ///   - sample: The elements [⌈C / width⌉, D, H, W, width].
  ///   - mean: The means [C], which are written.
  ///   - variance: The variances [C] with the divisor D·H·W, which are written.
  ///   - threads: The largest number of threads.
  package func measure(
    _ sample: UnsafeRawPointer, mean: UnsafeMutableBufferPointer<Float>,
    variance: UnsafeMutableBufferPointer<Float>, threads: Int
  ) {
    if type == dnnl_bf16 {
      measure(sample, BrainFloatFormat.self, mean, variance, threads)
    } else {
      measure(sample, FloatFormat.self, mean, variance, threads)
    }
  }

  private func measure<Format: StorageFormat>(
    _ sample: UnsafeRawPointer, _ format: Format.Type, _ mean: UnsafeMutableBufferPointer<Float>,
    _ variance: UnsafeMutableBufferPointer<Float>, _ threads: Int
  ) {
    let columns = Columns(channels: channels, voxels: voxels, width: block.width(for: channels))
    let starts = Array(stride(from: 0, to: columns.length, by: Self.chunkLength))
    let parts = ParallelLoop.map(Array(0..<columns.count * starts.count), threads: threads) { index in
      let start = starts[index % starts.count]
      let range = start..<min(start + Self.chunkLength, columns.length)
      return moments(sample, format, from: columns.start(of: index / starts.count), columns.step, range)
    }
    for channel in 0..<channels {
      let (column, place) = columns.place(of: channel)
      var total = Total()
      for part in parts[column * starts.count..<(column + 1) * starts.count] {
        // A narrow block is contained several times in a vector.
        for other in stride(from: place, to: 16, by: columns.period) {
          total.add(part, format.position(of: other))
        }
      }
      for element in columns.rest(of: channel) { total.add(format.number(sample, at: element)) }
      (mean[channel], variance[channel]) = (Float(total.mean), Float(max(0, total.squares / total.count)))
    }
  }

  private func moments<Format: StorageFormat>(
    _ sample: UnsafeRawPointer, _ format: Format.Type, from first: Int, _ step: Int, _ range: Range<Int>
  ) -> Moments {
    // Deviations from one of the values keep the sums small, so that few digits are lost when the mean is subtracted.
    let pivot = format.load(sample, from: first + step * range.lowerBound)
    var (sum, squares) = (SIMD16<Float>.zero, SIMD16<Float>.zero)
    for index in range {
      let deviation = format.load(sample, from: first + step * index) - pivot
      sum += deviation
      squares += deviation * deviation
    }
    let count = Float(range.count)
    return Moments(count: range.count, mean: pivot + sum / count, squares: squares - sum * sum / count)
  }

  /// The division of a sample [⌈C / width⌉, V, width] into columns of vectors of 16 numbers. A block that is wider than
  /// a vector consists of several columns side by side. A narrower block is one column, and each vector has several
  /// voxels.
  private struct Columns {
    let channels, voxels, width: Int

    /// The number of vectors of a block side by side.
    private var across: Int { max(1, width / 16) }
    /// The number of columns.
    var count: Int { (channels + width - 1) / width * across }
    /// The number of vectors of a column.
    var length: Int { width < 16 ? voxels * width / 16 : voxels }
    /// The distance in elements between vectors of a column.
    var step: Int { max(16, width) }
    /// The distance in a vector between numbers of the same channel.
    var period: Int { min(16, width) }

    /// Returns the offset of a column's first element.
    func start(of column: Int) -> Int { column / across * voxels * width + column % across * 16 }

    /// Returns the column of a channel, and its position in the column's vectors.
    func place(of channel: Int) -> (column: Int, place: Int) {
      let (block, own) = channel.quotientAndRemainder(dividingBy: width)
      return width < 16 ? (block, own) : (block * across + own / 16, own % 16)
    }

    /// Returns the elements of a channel that fill no vector.
    func rest(of channel: Int) -> StrideTo<Int> {
      let (block, own) = channel.quotientAndRemainder(dividingBy: width)
      let first = block * voxels * width
      let seen = width < 16 ? length * 16 : voxels * width
      return stride(from: first + seen + own, to: first + voxels * width, by: width)
    }
  }

  /// The moments of all numbers added so far.
  private struct Total {
    var count = 0.0
    var mean = 0.0
    var squares = 0.0

    mutating func add(_ part: Moments, _ lane: Int) {
      add(count: Double(part.count), mean: Double(part.mean[lane]), squares: Double(part.squares[lane]))
    }

    mutating func add(_ value: Float) { add(count: 1, mean: Double(value), squares: 0) }

    private mutating func add(count added: Double, mean addedMean: Double, squares addedSquares: Double) {
      let difference = addedMean - mean
      squares += addedSquares + difference * difference * count * added / (count + added)
      mean += difference * added / (count + added)
      count += added
    }
  }
}
