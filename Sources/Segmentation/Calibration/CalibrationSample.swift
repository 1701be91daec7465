import Foundation
import Imaging
import NeuralNetwork
import Numerics

/// A sample of voxels with the probabilities of a network and their correct labels.
///
/// Most of an image is air, or far from any tissue, where network and reference agree. A mean over all voxels would
/// hide the errors elsewhere, so only voxels within `margin` of tissue are sampled, tissue being that of the reference
/// or of the network. Sampling by the label and probability of each single voxel would keep all errors and drop correct
/// voxels beside them.
public struct CalibrationSample: Sendable {
  /// Number of classes.
  public let channels: Int
  /// Logarithms of the probabilities, [voxels, channels].
  public private(set) var logarithms: [Float] = []
  /// The correct channel of each voxel.
  public private(set) var labels: [UInt8] = []

  /// Distance in mm around tissue within which voxels are sampled.
  public static let margin = 5.0
  /// Greatest number of voxels from one image, sampled uniformly. More voxels would not change the second significant
  /// digit of an estimate from several images.
  public static let limit = 250_000

  /// Creates an empty sample.
  /// - Parameter channels: the number of classes, from 2 to 256.
  public init(channels: Int) {
    precondition(channels > 1 && channels <= 256, "the number of classes must be between 2 and 256")
    self.channels = channels
  }

  /// Number of voxels.
  public var count: Int { labels.count }

  /// Adds one voxel.
  /// - Parameters:
  ///   - probabilities: one per channel. Values below the least normal number, to which a softmax can round, are
  ///     replaced by it.
  ///   - label: the correct channel.
  public mutating func add(probabilities: [Float], label: UInt8) {
    precondition(
      probabilities.count == channels && Int(label) < channels,
      "needed one probability per class, and a label below the number of classes")
    for probability in probabilities { logarithms.append(log(max(probability, .leastNormalMagnitude))) }
    labels.append(label)
  }

  /// Adds voxels of an image.
  ///
  /// Voxels outside the network's window, where the probability of background is exactly 1 and all others are exactly
  /// 0, are not outputs of the network and are left out.
  /// - Parameters:
  ///   - probabilities: one volume for each channel, background first (`Segmenter.probabilities`).
  ///   - truth: the correct channel of each voxel, on the same grid.
  ///   - generator: draws the voxels.
  public mutating func add(
    _ probabilities: [Volume], _ truth: LabelMap, using generator: inout some RandomNumberGenerator
  ) {
    precondition(probabilities.count == channels, "needed one volume per class")
    precondition(
      probabilities.allSatisfy { $0.grid.matches(truth.grid) },
      "the probabilities and the labels must have the same grid")
    let candidates = Self.candidates(probabilities, truth)
    var needed = min(Self.limit, candidates.count)
    var voxel = [Float](repeating: 0, count: channels)
    // Algorithm S (Knuth, The Art of Computer Programming, vol. 2, 3.4.2) draws the needed number in order.
    for (position, offset) in candidates.enumerated() {
      guard Int.random(in: 0..<candidates.count - position, using: &generator) < needed else { continue }
      needed -= 1
      for channel in voxel.indices { voxel[channel] = probabilities[channel].voxels[offset] }
      add(probabilities: voxel, label: UInt8(truth.labels[offset]))
    }
  }

  private static func candidates(_ probabilities: [Volume], _ truth: LabelMap) -> [Int] {
    let background = probabilities[0].voxels
    let others = probabilities.dropFirst().map(\.voxels)
    var tissue = truth
    // The comparison with the background's probability, instead of with one half, selects the same voxels at any
    // temperature.
    for offset in tissue.labels.indices where others.contains(where: { $0[offset] > background[offset] }) {
      tissue.labels[offset] = 1
    }
    let spacing = truth.grid.affine.spacing
    let steps = Int((margin / max(spacing.x, spacing.y, spacing.z)).rounded(.up))
    let near = tissue.dilated(steps, connectivity: .edges)
    return near.labels.indices.filter { offset in
      near.labels[offset] > 0
        && (background[offset] < 1 || others.contains { $0[offset] > 0 })
    }
  }
}

extension CalibrationSample {
  /// Reads labeled images one at a time and predicts their probabilities.
  /// - Parameters:
  ///   - list: the images and their label maps.
  ///   - table: the label table of the label maps.
  ///   - segmenter: a segmenter whose model's output is a softmax over the tissues (`checkTissueProbabilities`).
  ///   - seed: seed of the sampled voxels.
  ///   - report: called with the number of images done.
  ///   - warned: called for each warning about a label map.
  ///   - failed: called for each error; the remaining files are still read, so that all errors are reported at once.
  /// - Returns: `nil` if any file failed, because fewer images would give another temperature.
  public init?(
    reading list: TrainingList, labelTable table: LabelTable, segmenter: Segmenter, seed: UInt64,
    report: (Int) -> Void = { _ in }, warned: (TrainingDataWarning) -> Void = { _ in },
    failed: (any Error) -> Void
  ) {
    self.init(channels: segmenter.model.labels.count)
    var isWhole = true
    for (number, entry) in list.entries.enumerated() {
      do {
        let example = try TrainingData.Example(
          reading: entry, labelTable: table, preprocessing: segmenter.model.preprocessing,
          warned: warned)
        var generator = SeededGenerator(seed: seed, stream: UInt64(number))
        if isWhole {
          add(
            try segmenter.probabilities(of: example.image.image), example.image.labels, using: &generator)
        }
      } catch {
        failed(error)
        isWhole = false
      }
      report(number + 1)
    }
    guard isWhole else { return nil }
  }
}

/// Probabilities at a temperature T are softmax(ln p / T). ln p differs from the network's logits by a constant per
/// voxel, under which a softmax is invariant.
extension CalibrationSample {
  /// Returns −ln of the correct label's probability at a temperature, the mean over the voxels.
  public func negativeLogLikelihood(at temperature: Double) -> Double {
    precondition(count > 0 && temperature > 0, "needed at least one voxel and a positive temperature")
    let coldness = Float(1 / temperature)
    let sum = ParallelLoop.sum(over: count) { range in
      var sum = 0.0
      for voxel in range {
        let (largest, total) = scale(of: voxel, coldness)
        let right = coldness * logarithms[channels * voxel + Int(labels[voxel])]
        sum += Double(largest - right) + log(Double(total))
      }
      return sum
    }
    return sum / Double(count)
  }

  /// Returns the reliability diagram at a temperature.
  public func reliability(at temperature: Double, bins: Int = Reliability.binCount) -> Reliability {
    var reliability = Reliability(bins: bins)
    let coldness = Float(1 / temperature)
    for voxel in 0..<count {
      let (largest, total) = scale(of: voxel, coldness)
      // The confidence is 1 / total, because the largest term of the sum is 1.
      let isRight = coldness * logarithms[channels * voxel + Int(labels[voxel])] == largest
      reliability.add(confidence: Double(1 / total), isRight: isRight)
    }
    return reliability
  }

  /// Returns the largest of the scaled logarithms and the sum of all relative to it, Σ e^(x − largest).
  private func scale(of voxel: Int, _ coldness: Float) -> (largest: Float, total: Float) {
    let start = channels * voxel
    return logarithms.withUnsafeBufferPointer { logarithms in
      var largest = -Float.infinity
      for channel in start..<start + channels { largest = max(largest, coldness * logarithms[channel]) }
      var total: Float = 0
      for channel in start..<start + channels { total += exp(coldness * logarithms[channel] - largest) }
      return (largest, total)
    }
  }
}
