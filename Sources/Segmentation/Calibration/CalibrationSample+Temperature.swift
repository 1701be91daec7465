import Foundation
import Imaging
import Numerics

/// Probabilities at a temperature T are softmax(ln p / T): ln p differs from the network's logits by a constant per
/// voxel, which a softmax does not see.
extension CalibrationSample {
  /// −ln of the right label's probability at a temperature, mean over the voxels.
  public func negativeLogLikelihood(at temperature: Double) -> Double {
    precondition(count > 0 && temperature > 0, "a mean needs a voxel, and a temperature lies above 0")
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

  public func reliability(at temperature: Double, bins: Int = Reliability.binCount) -> Reliability {
    var reliability = Reliability(bins: bins)
    let coldness = Float(1 / temperature)
    for voxel in 0..<count {
      let (largest, total) = scale(of: voxel, coldness)
      // The winner's share: its term is 1.
      let isRight = coldness * logarithms[channels * voxel + Int(labels[voxel])] == largest
      reliability.add(confidence: Double(1 / total), isRight: isRight)
    }
    return reliability
  }

  /// The largest of the scaled logarithms, and the sum of all relative to it: e^(x − largest).
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
