import COneDNN
import Numerics

/// Mean and variance of each channel of one sample, in blocks of channels.
///
/// oneDNN's normalisation sums by thread, so that its last digits depend on how many there are. Here a block is cut
/// into chunks by its length alone and the chunks' moments are joined in order (Chan, Golub and LeVeque 1983), which
/// gives one result for any number of threads, and reads a tensor once where the primitive reads it twice.
package struct ChannelStatistics {
  let channels, voxels: Int
  let block: ChannelBlock
  let type: dnnl_data_type_t

  package init(channels: Int, voxels: Int, block: ChannelBlock, type: dnnl_data_type_t) {
    precondition(block != .all || block.suits(channels), "channels last are whole vectors")
    self.channels = channels
    self.voxels = voxels
    self.block = block
    self.type = type
  }

  /// In vectors of sixteen numbers: few enough terms for sums in f32, enough for chunks to cost nothing.
  private static let chunkLength = 512

  /// Of the numbers in each lane of some vectors.
  private struct Moments {
    var count: Int
    /// Σ (x − mean)² is the second.
    var mean, squares: SIMD16<Float>
  }

  /// - Parameters:
  ///   - sample: [⌈C / width⌉, D, H, W, width].
  ///   - mean: [C], written, as is the variance (with divisor D·H·W).
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
        // A narrow block lies several times in a vector.
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
    // Deviations from one of the values: sums stay small, so that little is lost when the mean's share is taken off.
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

  /// A sample [⌈C / width⌉, V, width] as columns of vectors of sixteen numbers. A block that is wider than a vector is
  /// several columns side by side; one that is narrower is one column, in which each vector holds several voxels.
  private struct Columns {
    let channels, voxels, width: Int

    /// Vectors of a block side by side.
    private var across: Int { max(1, width / 16) }
    var count: Int { (channels + width - 1) / width * across }
    /// Vectors of a column.
    var length: Int { width < 16 ? voxels * width / 16 : voxels }
    /// Elements from one vector of a column to the next.
    var step: Int { max(16, width) }
    /// After how many numbers of a vector the same channel comes again.
    var period: Int { min(16, width) }

    func start(of column: Int) -> Int { column / across * voxels * width + column % across * 16 }

    func place(of channel: Int) -> (column: Int, place: Int) {
      let (block, own) = channel.quotientAndRemainder(dividingBy: width)
      return width < 16 ? (block, own) : (block * across + own / 16, own % 16)
    }

    /// A channel's elements that fill no vector.
    func rest(of channel: Int) -> StrideTo<Int> {
      let (block, own) = channel.quotientAndRemainder(dividingBy: width)
      let first = block * voxels * width
      let seen = width < 16 ? length * 16 : voxels * width
      return stride(from: first + seen + own, to: first + voxels * width, by: width)
    }
  }

  /// Moments of all numbers so far.
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
