import COneDNN
import Numerics

/// A 1×1×1 convolution to a few channels, from blocks of channels to the plain layout in which results leave a network.
///
/// oneDNN pads the few channels to a whole block in f32, and needs twice that as scratch memory. This is six times the
/// memory of its input, and determined the peak memory of an entire network.
struct PointwiseConvolution {
  /// The largest number of output channels. oneDNN computes convolutions with more.
  static let mostOutputs = 8

  /// The numbers of input channels, output channels, samples and voxels.
  let inputs, outputs, batch, voxels: Int
  /// The block of channels of the input.
  let block: ChannelBlock
  /// The type of the input.
  let type: dnnl_data_type_t

  /// The number of voxels of a chunk.
  private static let chunkLength = 2048

  /// Computes the convolution.
  /// - Parameters:
  ///   - source: The input [N, I / width, D, H, W, width].
  ///   - weights: The weights [O, I].
  ///   - bias: The bias [O].
  ///   - result: The result [N, O, D, H, W], which is written.
  ///   - threads: The largest number of threads.
  func run(
    _ source: UnsafeRawPointer, weights: UnsafeMutableBufferPointer<Float>,
    bias: UnsafeMutableBufferPointer<Float>, into result: UnsafeMutableBufferPointer<Float>, threads: Int
  ) {
    switch (type == dnnl_bf16, outputs <= 4) {
    case (true, true): run(source, BrainFloatFormat.self, SIMD4<Float>.self, weights, bias, result, threads)
    case (true, false): run(source, BrainFloatFormat.self, SIMD8<Float>.self, weights, bias, result, threads)
    case (false, true): run(source, FloatFormat.self, SIMD4<Float>.self, weights, bias, result, threads)
    case (false, false): run(source, FloatFormat.self, SIMD8<Float>.self, weights, bias, result, threads)
    }
  }

  private func run<Format: StorageFormat, Outputs: SIMD<Float>>(
    _ source: UnsafeRawPointer, _ format: Format.Type, _: Outputs.Type,
    _ weights: UnsafeMutableBufferPointer<Float>, _ bias: UnsafeMutableBufferPointer<Float>,
    _ result: UnsafeMutableBufferPointer<Float>, _ threads: Int
  ) {
    let width = block.width(for: inputs)
    // The unit that is read at once is a vector or a narrower block.
    let unit = min(16, width)
    var columns = [Outputs](repeating: .zero, count: inputs)
    var start = Outputs.zero
    for o in 0..<outputs {
      start[o] = bias[o]
      for i in 0..<inputs {
        columns[i / unit * unit + format.position(of: i % unit)][o] = weights[o * inputs + i]
      }
    }
    let chunks = (0..<batch).flatMap { sample in
      stride(from: 0, to: voxels, by: Self.chunkLength).map {
        (sample, $0..<min($0 + Self.chunkLength, voxels))
      }
    }
    _ = ParallelLoop.map(chunks, threads: threads) { sample, range in
      columns.withUnsafeBufferPointer { columns in
        for voxel in range {
          var sum = start
          for first in stride(from: 0, to: inputs, by: unit) {
            let block = (sample * inputs + first / width * width) * voxels
            format.withNumbers(source, from: block + voxel * width + first % width) { values in
              for lane in 0..<unit { sum += columns[first + lane] * values[lane] }
            }
          }
          for o in 0..<outputs { result[(sample * outputs + o) * voxels + voxel] = sum[o] }
        }
      }
    }
  }
}
