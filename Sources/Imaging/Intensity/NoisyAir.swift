import Foundation
import Numerics

/// The head in an image with air of noise that is as bright as the head, as in MP2RAGE's UNI image, which is a ratio of
/// two images and therefore arbitrary where both are noise.
///
/// Neighbouring voxels are independent in the air and similar in the head. Therefore three features are measured for
/// each voxel besides its value: along each axis, the difference from the more similar of its two neighbours. The
/// distributions of the features in the air are estimated from the outermost voxels of the image, and those in the head
/// from a first estimate of it. Then the likelihood ratio decides for each voxel, and `HeadBoundary` settles the voxels
/// near the boundary.
struct NoisyAir {
  /// The label map that is 1 in the head and 0 in the air.
  let head: LabelMap

  /// The thickness in voxels of the rim of the image, which is assumed to be air.
  private static let rim = 3
  /// The number of bins of the histograms.
  static let bins = 64
  /// In the air of other scans neighbours differ by less than this share of the range of intensities, even at a
  /// signal-to-noise ratio of 10.
  private static let leastRoughness: Float = 0.06

  /// The log likelihood ratio above which a voxel belongs to the head. It is below 0, because a rim of noise around the
  /// head does less harm than a missing part of it.
  private static let leastEvidence: Float = -0.5

  /// The limit of the evidence of one voxel. Without it, a value that is improbable in the head would outvote its
  /// neighbours.
  private static let mostEvidence = 3.0

  /// Finds the head. Returns `nil` for scans without such noise, which the rim alone decides.
  init?(_ volume: Volume) {
    guard volume.grid.shape.min() > 4 * Self.rim, let features = Features(volume),
      let air = features.rimRoughness, air > Self.leastRoughness
    else { return nil }
    var head = features.smoothPart(below: 0.6 * air)
    // The distributions are learned at the neutral threshold. The final threshold avoids losing a part of the head.
    for evidence in [0, Self.leastEvidence] { head = features.refined(head, evidence) }
    let count = head.labels.count { $0 > 0 }
    // The head must fill a plausible part of the field of view, and must be smoother than the noise.
    guard count * 50 > head.labels.count, count * 20 < 19 * head.labels.count,
      let inside = features.roughness(where: { head.labels[$0] > 0 }), inside < 0.6 * air
    else { return nil }
    self.head = HeadBoundary(grid: volume.grid, bins: features.bins).refined(head)
  }

  /// The features of the voxels: values and differences.
  private struct Features {
    private let grid: Grid
    private let volume: Volume
    private let low, scale: Float

    /// Measures the range of the values. Returns `nil` without contrast.
    init?(_ volume: Volume) {
      // Percentiles of a part of the voxels are accurate enough, and most scans need no further step.
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

    /// Returns the value of a voxel, scaled to 0...1.
    private func value(_ index: Int) -> Float { min(max((volume.voxels[index] - low) * scale, 0), 1) }

    /// The bin of each voxel's value.
    var bins: [UInt8] { (0..<grid.count).map { UInt8(NoisyAir.bin(value($0))) } }

    /// Returns the difference from the more similar neighbour along each axis.
    @inline(__always)
    private func differences(_ index: Int) -> SIMD3<Float> {
      let (width, height, depth) = (grid.shape.x, grid.shape.y, grid.shape.z)
      let (row, plane) = (index / width, index / (width * height))
      let own = value(index)
      func difference(_ place: Int, _ count: Int, _ step: Int) -> Float {
        min(
          place > 0 ? abs(own - value(index - step)) : .infinity,
          place < count - 1 ? abs(own - value(index + step)) : .infinity)
      }
      return [
        difference(index - row * width, width, 1), difference(row - plane * height, height, width),
        difference(plane, depth, width * height),
      ]
    }

    /// The indices of the voxels of the rim, without voxels that equal all their neighbours: those were not measured.
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

    /// The median of the mean differences in the rim, or `nil` if a tenth of the rim or less was measured.
    var rimRoughness: Float? {
      let rim = rim
      let inner = grid.shape &- 2 * NoisyAir.rim
      guard rim.count * 10 > grid.count - inner.x * inner.y * inner.z else { return nil }
      return OrderStatistics(of: rim.map { differences($0).sum() / 3 }).percentile(50).map { Float($0) }
    }

    /// Returns the median of the mean differences of the selected voxels.
    func roughness(where isIn: (Int) -> Bool) -> Float? {
      let values = (0..<grid.count).compactMap { isIn($0) ? differences($0).sum() / 3 : nil }
      return OrderStatistics(of: values).percentile(50).map { Float($0) }
    }

    /// Returns a first estimate of the head: the voxels around which the mean differences are small.
    func smoothPart(below limit: Float) -> LabelMap {
      let rough = volume(of: { differences($0).sum() / 3 }).smoothed(sigma: SIMD3(repeating: 2))
      return LabelMap(grid: grid, labels: rough.voxels.map { $0 < limit ? 1 : 0 })
    }

    /// Returns the distributions of the features of the given voxels.
    private func distributions(_ indices: some Sequence<Int>) -> Distributions {
      var result = Distributions()
      for index in indices { result.add(value(index), differences(index)) }
      return result
    }

    /// Returns the voxels with a likelihood ratio above a limit: their largest component, closed and without holes.
    /// - Parameters:
    ///   - head: The voxels from which the distributions of the head are estimated.
    ///   - leastEvidence: The log likelihood ratio above which a voxel belongs to the head.
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

    /// Returns a volume with one number for each voxel, computed from its index.
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

  /// Histograms of values and of differences, or the logarithms of the ratios of two such histograms.
  private struct Distributions {
    private var values, differences: [Double]

    /// Starts all bins with a count of one, so that no bin has the probability 0.
    init() {
      values = [Double](repeating: 1, count: bins)
      differences = values
    }

    /// Counts the features of one voxel.
    mutating func add(_ value: Float, _ difference: SIMD3<Float>) {
      values[NoisyAir.bin(value)] += 1
      for axis in 0..<3 { differences[NoisyAir.bin(difference[axis])] += 1 }
    }

    /// Returns the logarithms of the ratios of the probabilities in each bin.
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

    /// Returns the log likelihood ratio of a voxel, if this value holds ratios.
    func evidence(_ value: Float, _ difference: SIMD3<Float>) -> Float {
      var sum = values[NoisyAir.bin(value)]
      for axis in 0..<3 { sum += differences[NoisyAir.bin(difference[axis])] }
      return Float(min(max(sum, -mostEvidence), mostEvidence))
    }
  }

  /// Returns the bin of a value or of a difference from 0 to 1.
  private static func bin(_ value: Float) -> Int { min(Int(value * Float(bins)), bins - 1) }
}
