import Foundation
import Imaging

/// Voxels with what a network says of them and what they are.
///
/// Most of a head's image is air, or far from any tissue: there network and reference agree, and where a million
/// voxels are right for certain, no fault of the others can be seen in a mean. Those within `margin` of tissue are
/// taken, be it the reference's or the network's. A choice by a voxel's own label and probability would keep its
/// errors and drop what is right beside them; with its surroundings, both come along.
public struct CalibrationSample: Sendable {
  /// Classes of a voxel.
  public let channels: Int
  /// Logarithms of the probabilities, `channels` of them for each voxel, one voxel after the other.
  public private(set) var logarithms: [Float] = []
  /// The right channel of each voxel.
  public private(set) var labels: [UInt8] = []

  /// How far around tissue voxels are taken, in mm.
  public static let margin = 5.0
  /// An image gives at most this many voxels, each of its candidates with the same chance: more would not change
  /// the second digit of anything that is estimated from several images.
  public static let limit = 250_000

  public init(channels: Int) {
    precondition(channels > 1 && channels <= 256, "a voxel has two classes at least, and labels have 8 bits")
    self.channels = channels
  }

  public var count: Int { labels.count }

  /// Adds one voxel.
  /// - Parameter probabilities: of each channel; those below the least normal number count as that, as where a
  ///   softmax rounds to 0.
  public mutating func add(probabilities: [Float], label: UInt8) {
    precondition(probabilities.count == channels && Int(label) < channels, "a probability for each class")
    for probability in probabilities { logarithms.append(log(max(probability, .leastNormalMagnitude))) }
    labels.append(label)
  }

  /// Adds voxels of an image.
  ///
  /// Voxels that the network has not seen, such as those outside of a brain's window, are no answers of it and are
  /// left out: background has a probability of exactly 1 there and all else of exactly 0.
  /// - Parameters:
  ///   - probabilities: one volume for each channel, background first (`Segmenter.probabilities`).
  ///   - truth: the right channel of each voxel, on the same grid.
  public mutating func add(
    _ probabilities: [Volume], _ truth: LabelMap, using generator: inout some RandomNumberGenerator
  ) {
    precondition(probabilities.count == channels, "a volume for each class")
    precondition(probabilities.allSatisfy { $0.grid.matches(truth.grid) }, "image and labels have one grid")
    let candidates = Self.candidates(probabilities, truth)
    var needed = min(Self.limit, candidates.count)
    var voxel = [Float](repeating: 0, count: channels)
    // Algorithm S (Knuth, The Art of Computer Programming, vol. 2, 3.4.2): as many as are needed, in order.
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
    // Not where background is below one half: that would be other voxels at another temperature.
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
