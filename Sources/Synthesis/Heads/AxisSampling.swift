import Foundation

/// The sampling of one axis by a scanner, and the interpolation back to the network's grid: a Gaussian slice profile
/// around every sample, and linear interpolation between samples.
///
/// Positions are voxels of the network's grid. Sample n is at `phase + n * step`.
package struct AxisSampling: Sendable {
  /// The network's voxels that are computed.
  package let wanted: Range<Int>
  /// Indices of the samples that they need.
  package let samples: Range<Int>
  /// The network's voxels that those samples need.
  package let needed: Range<Int>
  /// For each sample, the first voxel of its profile, relative to `needed`, and the profile's weights; all have the
  /// same length.
  package let profiles: [(first: Int, weights: [Float])]
  /// For each computed voxel, the sample before it, relative to `samples`, and the weight of the next one.
  package let returns: [(first: Int, share: Float)]
  /// Sample positions, rounded, for slowly varying fields.
  package let positions: [Int]

  /// Computes the sampling.
  /// - Parameters:
  ///   - wanted: the voxels to compute.
  ///   - step: distance of samples in voxels.
  ///   - phase: position of sample 0 in voxels.
  ///   - deviation: standard deviation of the profile in voxels.
  package init(wanted: Range<Int>, step: Double, phase: Double, deviation: Double) {
    self.wanted = wanted
    let isOwn = step == 1 && phase == 0
    func place(_ voxel: Int) -> Double { isOwn ? Double(voxel) : (Double(voxel) - phase) / step }
    let first = Int(place(wanted.lowerBound).rounded(.down))
    let last = isOwn ? wanted.upperBound - 1 : Int(place(wanted.upperBound - 1).rounded(.down)) + 1
    samples = first..<last + 1
    let reach = Int((3 * deviation).rounded(.up))
    let centres = (first...last).map { phase + Double($0) * step }
    positions = centres.map { Int($0.rounded()) }
    let start = min(wanted.lowerBound, (positions.first ?? 0) - reach)
    needed = start..<max(wanted.upperBound, (positions.last ?? 0) + reach + 1)
    profiles = zip(centres, positions).map { centre, position in
      let raw = (-reach...reach).map { offset -> Double in
        guard deviation > 0 else { return 1 }
        return exp(-0.5 * pow((Double(position + offset) - centre) / deviation, 2))
      }
      let total = raw.reduce(0, +)
      return (position - reach - start, raw.map { Float($0 / total) })
    }
    returns = wanted.map { voxel in
      let place = place(voxel)
      let before = min(Int(place.rounded(.down)), last - (isOwn ? 0 : 1))
      return (before - first, Float(place - Double(before)))
    }
  }

  /// Samples one axis of a box: [outer, needed, inner] → [outer, samples, inner].
  package func sample(_ box: [Float], inner: Int) -> [Float] {
    if profiles.first?.weights.count == 1 && needed.count == samples.count { return box }
    let outer = box.count / (inner * needed.count)
    return [Float](unsafeUninitializedCapacity: outer * samples.count * inner) { result, filled in
      result.initialize(repeating: 0)
      box.withUnsafeBufferPointer { box in
        for block in 0..<outer {
          for (n, profile) in profiles.enumerated() {
            let target = (block * samples.count + n) * inner
            for (m, weight) in profile.weights.enumerated() {
              let source = (block * needed.count + profile.first + m) * inner
              for i in 0..<inner { result[target + i] += weight * box[source + i] }
            }
          }
        }
      }
      filled = result.count
    }
  }

  /// Samples rows: [rows, needed] → [rows, samples].
  package func sampleRows(_ box: [Float]) -> [Float] {
    if profiles.first?.weights.count == 1 && needed.count == samples.count { return box }
    let rows = box.count / needed.count
    let length = profiles.first?.weights.count ?? 1
    let firsts = profiles.map(\.first)
    let weights = profiles.flatMap(\.weights)
    return [Float](unsafeUninitializedCapacity: rows * samples.count) { result, filled in
      box.withUnsafeBufferPointer { box in
        firsts.withUnsafeBufferPointer { firsts in
          weights.withUnsafeBufferPointer { weights in
            for row in 0..<rows {
              let source = row * needed.count
              for n in 0..<firsts.count {
                var sum: Float = 0
                for m in 0..<length { sum += weights[n * length + m] * box[source + firsts[n] + m] }
                result[row * firsts.count + n] = sum
              }
            }
          }
        }
      }
      filled = rows * samples.count
    }
  }

  /// Interpolates one axis back: [outer, samples, inner] → [outer, wanted, inner].
  package func restore(_ box: [Float], inner: Int) -> [Float] {
    if returns.allSatisfy({ $0.share == 0 }) && samples.count == wanted.count { return box }
    let outer = box.count / (inner * samples.count)
    return [Float](unsafeUninitializedCapacity: outer * wanted.count * inner) { result, filled in
      box.withUnsafeBufferPointer { box in
        for block in 0..<outer {
          for (n, (first, share)) in returns.enumerated() {
            let target = (block * wanted.count + n) * inner
            let source = (block * samples.count + first) * inner
            let next = share == 0 ? source : source + inner
            for i in 0..<inner {
              result[target + i] = box[source + i] + share * (box[next + i] - box[source + i])
            }
          }
        }
      }
      filled = result.count
    }
  }
}
