import Foundation
import Numerics

/// Finds the head in an image whose air is noise as bright as the head, as in MP2RAGE's UNI image: the ratio of two images
/// is anything where both are noise.
///
/// Neighbours in the air have nothing to do with each other, while those in the head are alike. So for each voxel three
/// things are measured besides its value: along each axis, the difference from the more similar of its two neighbours. How
/// these are distributed in the air is learned from the image's outermost voxels, in the head from a first guess, and then
/// each voxel is head or air by the likelihood ratio.
struct NoisyAir {
  /// 1 in the head, 0 in the air.
  let head: LabelMap

  /// Thickness of the image's rim in voxels, which is taken for air.
  private static let rim = 3
  /// Bins of the histograms.
  private static let bins = 64
  /// In the air of other scans neighbours differ by less than this share of the range of intensities, even at a
  /// signal-to-noise ratio of 10.
  private static let leastRoughness: Float = 0.06

  /// Below 0, because a rim of noise around the head does less harm than a lost part of it.
  private static let leastEvidence: Float = -0.5

  /// Evidence of one voxel counts up to this: what is improbable in the head would otherwise outvote its neighbours.
  private static let mostEvidence = 3.0

  /// - Returns: `nil` for scans without such noise, after a look at the rim alone.
  init?(_ volume: Volume) {
    guard volume.grid.shape.min() > 4 * Self.rim, let features = Features(volume),
      let air = features.rimRoughness, air > Self.leastRoughness
    else { return nil }
    var head = features.smoothPart(below: 0.6 * air)
    // What is learned from is taken as probable as it is; of the result no head should be lost.
    for evidence in [0, Self.leastEvidence] { head = features.refined(head, evidence) }
    let count = head.labels.count { $0 > 0 }
    // A head takes its part of the field of view, and is smoother than the noise.
    guard count * 50 > head.labels.count, count * 20 < 19 * head.labels.count,
      let inside = features.roughness(where: { head.labels[$0] > 0 }), inside < 0.6 * air
    else { return nil }
    self.head = head
  }

  /// Values and differences in bins.
  private struct Features {
    private let grid: Grid
    private let volume: Volume
    private let low, scale: Float

    /// `nil` without contrast.
    init?(_ volume: Volume) {
      // Percentiles of a share of the voxels are enough, and most scans need no more.
      let sample = stride(from: 0, to: volume.voxels.count, by: 7).map { volume.voxels[$0] }
      let statistics = OrderStatistics(of: sample)
      guard let low = statistics.percentile(0.5), let high = statistics.percentile(99.5), high > low else {
        return nil
      }
      grid = volume.grid
      self.volume = volume
      self.low = Float(low)
      scale = 1 / Float(high - low)
    }

    /// From 0 to 1.
    private func value(_ index: Int) -> Float { min(max((volume.voxels[index] - low) * scale, 0), 1) }

    /// Differences from the more similar neighbour along each axis.
    private func differences(_ index: Int) -> SIMD3<Float> {
      let shape = grid.shape
      let place = SIMD3(index % shape.x, index / shape.x % shape.y, index / (shape.x * shape.y))
      let steps = SIMD3(1, shape.x, shape.x * shape.y)
      let own = value(index)
      var result = SIMD3<Float>.zero
      for axis in 0..<3 {
        let before = place[axis] > 0 ? abs(own - value(index - steps[axis])) : .infinity
        let after = place[axis] < shape[axis] - 1 ? abs(own - value(index + steps[axis])) : .infinity
        result[axis] = min(before, after)
      }
      return result
    }

    /// Indices of the voxels of the rim, without those whose neighbours are all like them: nothing was measured there.
    private var rim: [Int] {
      let (shape, width) = (grid.shape, NoisyAir.rim)
      var result: [Int] = []
      for k in 0..<shape.z {
        for j in 0..<shape.y {
          let isInside =
            k >= width && k < shape.z - width && j >= width && j < shape.y - width
          for i in 0..<shape.x where !isInside || i < width || i >= shape.x - width {
            let index = grid.offset(i, j, k)
            if differences(index) != .zero { result.append(index) }
          }
        }
      }
      return result
    }

    /// The median of the rim's mean differences; `nil` where a tenth of the rim or less was measured.
    var rimRoughness: Float? {
      let rim = rim
      let inner = grid.shape &- 2 * NoisyAir.rim
      guard rim.count * 10 > grid.count - inner.x * inner.y * inner.z else { return nil }
      return OrderStatistics(of: rim.map { differences($0).sum() / 3 }).percentile(50).map { Float($0) }
    }

    /// The median of the mean differences of some of the voxels.
    func roughness(where isIn: (Int) -> Bool) -> Float? {
      let values = (0..<grid.count).compactMap { isIn($0) ? differences($0).sum() / 3 : nil }
      return OrderStatistics(of: values).percentile(50).map { Float($0) }
    }

    /// A first guess of the head: where mean differences around a voxel are small.
    func smoothPart(below limit: Float) -> LabelMap {
      let rough = volume(of: { differences($0).sum() / 3 }).smoothed(sigma: SIMD3(repeating: 2))
      return LabelMap(grid: grid, labels: rough.voxels.map { $0 < limit ? 1 : 0 })
    }

    private func distributions(_ indices: some Sequence<Int>) -> Distributions {
      var result = Distributions()
      for index in indices { result.add(value(index), differences(index)) }
      return result
    }

    /// The voxels that are more probably head than air, made whole.
    /// - Parameter head: where distributions of the head are learned.
    /// - Parameter leastEvidence: logarithm of the ratio above which a voxel is head.
    func refined(_ head: LabelMap, _ leastEvidence: Float) -> LabelMap {
      let air = distributions(rim)
      let inside = distributions(head.labels.indices.lazy.filter { head.labels[$0] > 0 })
      let ratio = inside.ratio(to: air)
      let evidence = volume(of: { ratio.evidence(value($0), differences($0)) })
        .smoothed(sigma: SIMD3(repeating: 0.7))
      let found = LabelMap(grid: grid, labels: evidence.voxels.map { $0 > leastEvidence ? 1 : 0 })
        .largestComponent()
      var closed = found.dilated(2).eroded(2)
      for index in closed.labels.indices where found.labels[index] > 0 { closed.labels[index] = 1 }
      return closed.holesFilled()
    }

    /// One number for each voxel.
    private func volume(of body: (Int) -> Float) -> Volume {
      let voxels = [Float](unsafeUninitializedCapacity: grid.count) { output, filled in
        nonisolated(unsafe) let output = output
        ParallelLoop.forEach(over: grid.count) { range in
          for index in range { output[index] = body(index) }
        }
        filled = grid.count
      }
      return Volume(grid: grid, voxels: voxels)
    }
  }

  /// Histograms of values and of differences, or logarithms of the ratio of two such.
  private struct Distributions {
    private var values, differences: [Double]

    /// Each bin counts one more than there are, so that none is impossible.
    init() {
      values = [Double](repeating: 1, count: bins)
      differences = values
    }

    mutating func add(_ value: Float, _ difference: SIMD3<Float>) {
      values[Self.bin(value)] += 1
      for axis in 0..<3 { differences[Self.bin(difference[axis])] += 1 }
    }

    func ratio(to other: Distributions) -> Distributions {
      var ratio = Distributions()
      let values = zip(values, other.values)
      let differences = zip(differences, other.differences)
      let shares = [
        self.values.reduce(0, +) / other.values.reduce(0, +),
        self.differences.reduce(0, +) / other.differences.reduce(0, +),
      ]
      ratio.values = values.map { log($0 / $1 / shares[0]) }
      ratio.differences = differences.map { log($0 / $1 / shares[1]) }
      return ratio
    }

    /// The logarithm of how many times more probable a voxel is, where this is a ratio.
    func evidence(_ value: Float, _ difference: SIMD3<Float>) -> Float {
      var sum = values[Self.bin(value)]
      for axis in 0..<3 { sum += differences[Self.bin(difference[axis])] }
      return Float(min(max(sum, -mostEvidence), mostEvidence))
    }

    private static func bin(_ value: Float) -> Int { min(Int(value * Float(bins)), bins - 1) }
  }
}
