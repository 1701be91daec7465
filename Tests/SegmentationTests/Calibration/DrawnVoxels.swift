import Foundation
import Numerics
import Segmentation

/// Voxels whose labels are drawn, so that what calibrates them is known.
enum DrawnVoxels {
  /// In double precision.
  static func softmax(_ logits: [Double], temperature: Double = 1) -> [Double] {
    let powers = logits.map { exp($0 / temperature) }
    return powers.map { $0 / powers.reduce(0, +) }
  }

  /// Four classes with logits from -4 to 4; labels are drawn from softmax(logits / T) and the network says
  /// softmax(logits), so that T is its right temperature.
  static func sample(_ count: Int, temperature: Double, seed: UInt64) -> (
    CalibrationSample, [[Double]], [Int]
  ) {
    var generator = SplitMix64(seed: seed)
    var sample = CalibrationSample(channels: 4)
    var (logits, labels): ([[Double]], [Int]) = ([], [])
    for _ in 0..<count {
      let drawn = (0..<4).map { _ in Double.random(in: -4...4, using: &generator) }
      var rest = Double.random(in: 0..<1, using: &generator)
      let label = softmax(drawn, temperature: temperature).dropLast().firstIndex { share in
        rest -= share
        return rest < 0
      }
      sample.add(probabilities: softmax(drawn).map(Float.init), label: UInt8(label ?? 3))
      logits.append(drawn)
      labels.append(label ?? 3)
    }
    return (sample, logits, labels)
  }
}
