import COneDNN
import NeuralNetwork
import Numerics
import Testing

/// Swift's own passes over blocked tensors, for every width of blocks whatever this processor has: against the same
/// numbers computed on the plain layout, whose blocks have one channel.
@Suite("Passes over blocks of channels")
struct ChannelBlockTests {
  private static let blocks: [ChannelBlock] = [.one, .some(8), .some(16), .all]
  /// [C, D, H, W]: fewer channels than a block, whole blocks, and rows of odd length.
  private static let shapes = [[3, 2, 3, 5], [8, 2, 3, 5], [16, 3, 2, 4], [24, 2, 2, 3], [48, 1, 3, 7]]

  /// Where an element of [C, V] lies in [⌈C / width⌉, V, width].
  private static func place(_ channel: Int, _ voxel: Int, _ voxels: Int, _ width: Int) -> Int {
    (channel / width * voxels + voxel) * width + channel % width
  }

  private static func blocked(_ plain: [Float], _ shape: [Int], _ block: ChannelBlock) -> [Float] {
    let voxels = shape[1...].reduce(1, *)
    let width = block.width(for: shape[0])
    var result = [Float](repeating: 0, count: block.padded(shape[0]) * voxels)
    for channel in 0..<shape[0] {
      for voxel in 0..<voxels {
        result[place(channel, voxel, voxels, width)] = plain[channel * voxels + voxel]
      }
    }
    return result
  }

  private static func numbers(_ shape: [Int]) -> [Float] {
    var generator = SplitMix64(seed: 5)
    return (0..<shape.reduce(1, *)).map { _ in Float.random(in: 1...3, using: &generator) }
  }

  /// Every shape with every block but those of all channels that networks normalise in blocks of sixteen.
  private static let normalized = shapes.flatMap { shape in
    blocks.filter { $0 != .all || $0.suits(shape[0]) }.map { (shape, $0) }
  }

  @Test("mean and variance of each channel are those of its numbers", arguments: normalized)
  func statistics(shape: [Int], block: ChannelBlock) {
    let (plain, voxels) = (Self.numbers(shape), shape[1...].reduce(1, *))
    let sample = Self.blocked(plain, shape, block)
    var (mean, variance) = ([Float](repeating: 0, count: shape[0]), [Float](repeating: 0, count: shape[0]))
    let statistics = ChannelStatistics(channels: shape[0], voxels: voxels, block: block, type: dnnl_f32)
    mean.withUnsafeMutableBufferPointer { mean in
      variance.withUnsafeMutableBufferPointer { variance in
        sample.withUnsafeBytes { bytes in
          guard let first = bytes.baseAddress else { return }
          statistics.measure(first, mean: mean, variance: variance, threads: 2)
        }
      }
    }
    for channel in 0..<shape[0] {
      let own = plain[channel * voxels..<(channel + 1) * voxels].map(Double.init)
      let expected = own.reduce(0, +) / Double(voxels)
      let spread = own.reduce(0) { $0 + ($1 - expected) * ($1 - expected) } / Double(voxels)
      #expect(abs(Double(mean[channel]) - expected) < 1e-5)
      #expect(abs(Double(variance[channel]) - spread) < 1e-5)
    }
  }

  @Test("voxels and channels of blocks are exchanged alike in every layout", arguments: [1, 2, 4], blocks)
  func voxelBlocks(channels: Int, block: ChannelBlock) {
    let fine = Self.numbers([channels, 4, 6, 10])
    let blocks = VoxelBlocks(fine: [1, channels, 4, 6, 10], block: block, type: dnnl_f32)
    let reference = VoxelBlocks(fine: [1, channels, 4, 6, 10], block: .one, type: dnnl_f32)
    func gathered(_ blocks: VoxelBlocks, _ count: Int) -> [Float] {
      var (fine, coarse) = (fine, [Float](repeating: .nan, count: count))
      fine.withUnsafeMutableBufferPointer { fine in
        coarse.withUnsafeMutableBytes { bytes in
          guard let first = bytes.baseAddress else { return }
          blocks.gather(fine, into: first, threads: 2)
        }
      }
      return coarse
    }
    let plain = gathered(reference, fine.count)
    let shape = [8 * channels, 2, 3, 5]
    let coarse = gathered(blocks, block.padded(8 * channels) * 30)
    #expect(coarse == Self.blocked(plain, shape, block))
    var back = [Float](repeating: .nan, count: fine.count)
    back.withUnsafeMutableBufferPointer { back in
      coarse.withUnsafeBytes { bytes in
        guard let first = bytes.baseAddress else { return }
        blocks.scatter(first, into: back, threads: 2)
      }
    }
    #expect(back == fine)
  }
}
