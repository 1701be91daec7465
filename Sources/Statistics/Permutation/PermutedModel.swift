import CStatistics
import Numerics

/// A model refitted to rearranged residuals of its null model (Freedman and Lane 1983; Winkler et al. 2014, doi
/// 10.1016/j.neuroimage.2014.01.060).
///
/// With orthonormal directions Q of what is tested and U of the null model, the residuals E = (I − U Uᵀ) Y rearranged by
/// P have the tested part `Qᵀ P E` and the residual sum of squares `‖E‖² − ‖Uᵀ P E‖² − ‖Qᵀ P E‖²`. All of these are
/// products of E with rearranged directions: one matrix product for many rearrangements, and no new fit.
///
/// Each value is a sum over the scans in their order. It depends neither on the number of threads nor on which
/// rearrangements are computed together, so parts of a plan that ran on several machines give the bytes of one run.
package struct PermutedModel {
  package let model: VoxelwiseModel
  package let plan: PermutationPlan
  package let mask: VoxelMask
  package let tfce: TFCE
  package let side: TestedSide
  /// The statistic above which voxels form clusters.
  package let clusterThreshold: Float
  /// Rearrangements that are computed together.
  package let batch: Int

  /// Values closer than this share, or than this where they are below 1, count as equal: rearrangements that are
  /// equivalent, such as groups that change places, differ by the rounding of float32.
  package static let tie: Float = 1e-6
  /// Rearrangements computed together where memory allows it.
  package static let standardBatch = 64
  /// Rearrangements of a batch whose clusters one thread finds with one workspace.
  private static let share = 8
  /// Voxels whose values are in the processor's cache at a time.
  private static let block = 64

  package init(
    model: VoxelwiseModel, plan: PermutationPlan, mask: VoxelMask, tfce: TFCE, side: TestedSide,
    clusterThreshold: Float, batch: Int = standardBatch
  ) {
    self.model = model
    self.plan = plan
    self.mask = mask
    self.tfce = tfce
    self.side = side
    self.clusterThreshold = clusterThreshold
    self.batch = batch
  }

  /// Bytes that a run holds beside the maps.
  package static func bytes(voxels: Int, batch: Int, threads: Int) -> Int {
    let padded = VoxelSlabs.count(voxels) * VoxelSlabs.width
    return padded * (4 * batch + 8 + 4 + 4) + voxels * ClusterWorkspace.bytesPerVoxel * threads
  }

  /// Computes rearrangements of a plan.
  /// - Parameters:
  ///   - residuals: of the null model, as `VoxelwiseModel.fit(replacingByResiduals:)` leaves them.
  ///   - observed: the statistic of the data as they are.
  ///   - progress: called after each batch with the number of rearrangements that are done.
  package func run(
    _ numbers: Range<Int>, residuals: VoxelSlabs, observed: [Float],
    progress: (_ done: Int) -> Void = { _ in }
  ) -> PermutationResult {
    let observed = ObservedStatistics(observed, residuals, side)
    var counts = [Int32](repeating: 0, count: observed.padded)
    var statistics = [Float](repeating: 0, count: observed.padded * min(batch, numbers.count))
    var maxima: [PermutationMaximum] = []
    var start = numbers.lowerBound
    while start < numbers.upperBound {
      let batch = RearrangedDirections(
        start..<min(start + batch, numbers.upperBound), of: plan, tested: model.partition.tested,
        nuisance: nuisance)
      statistics.withUnsafeMutableBufferPointer { statistics in
        counts.withUnsafeMutableBufferPointer { counts in
          guard let statistics = statistics.baseAddress, let counts = counts.baseAddress else { return }
          ParallelLoop.forEach(over: residuals.count, size: 1) { slab in
            residuals.withSlab(slab.lowerBound) { values in
              let first = slab.lowerBound * VoxelSlabs.width
              fill(statistics + first, counts + first, values, batch, observed, at: first)
            }
          }
        }
      }
      maxima += self.maxima(statistics, observed.padded, batch.numbers)
      start = batch.numbers.upperBound
      progress(start - numbers.lowerBound)
    }
    return PermutationResult(maxima: maxima, counts: Array(counts.prefix(residuals.voxels)))
  }

  // MARK: - Statistics

  /// Orthonormal directions of the null model whose products can differ from 0.
  ///
  /// Residuals sum to 0 however they are permuted, if the null model holds an intercept.
  private var nuisance: [[Double]] {
    let nuisance = model.partition.nuisance
    guard !plan.flipsSigns, let scans = nuisance.first?.count else { return nuisance }
    var basis = OrthonormalBasis()
    for direction in nuisance { basis.append(direction) }
    let ones = [Double](repeating: 1, count: scans)
    guard !basis.append(ones) else { return nuisance }
    var rotated = OrthonormalBasis()
    for direction in [ones] + nuisance { rotated.append(direction) }
    return Array(rotated.columns.dropFirst())
  }

  /// The statistics of a batch in one slab of voxels, from the voxel `first` on, and the counts of those that reach the
  /// observed ones.
  private func fill(
    _ statistics: UnsafeMutablePointer<Float>, _ counts: UnsafeMutablePointer<Int32>,
    _ slab: UnsafeMutableBufferPointer<Float>, _ batch: RearrangedDirections, _ observed: ObservedStatistics,
    at first: Int
  ) {
    let (block, width) = (Self.block, VoxelSlabs.width)
    let scans = slab.count / width
    var values = [Double](repeating: 0, count: scans * block)
    var products = [Double](repeating: 0, count: batch.groups * Int(STATISTICS_GROUP) * block)
    for start in stride(from: 0, to: width, by: block) {
      for scan in 0..<scans {
        for v in 0..<block { values[scan * block + v] = Double(slab[scan * width + start + v]) }
      }
      statistics_products(
        batch.weights, Int64(batch.groups), Int64(scans), values, Int64(block), &products)
      for place in 0..<batch.numbers.count {
        let result = statistics + (place * observed.padded + start)
        if batch.numbers.lowerBound + place == 0 {
          // The observed map itself, to the bit.
          for v in 0..<block { result[v] = observed.values[first + start + v] }
        } else {
          observed.squares.withUnsafeBufferPointer { squares in
            products.withUnsafeBufferPointer { products in
              guard let squares = squares.baseAddress, let products = products.baseAddress else { return }
              statistics_values(
                products + place * batch.directions * block, Int64(model.testedDegrees),
                Int64(batch.directions), Int64(block), squares + (first + start),
                Double(model.degreesOfFreedom), model.contrast.isT ? 1 : 0, result)
            }
          }
        }
        observed.limits.withUnsafeBufferPointer { limits in
          guard let limits = limits.baseAddress else { return }
          statistics_count(result, limits + (first + start), Int64(block), side.code, counts + start)
        }
      }
    }
  }

  // MARK: - Maxima

  private func maxima(_ statistics: [Float], _ padded: Int, _ batch: Range<Int>) -> [PermutationMaximum] {
    statistics.withUnsafeBufferPointer { statistics in
      ParallelLoop.map(over: batch.count, size: Self.share) { places in
        let workspace = ClusterWorkspace(mask: mask, tfce: tfce)
        return places.map { place in
          let map = UnsafeBufferPointer(rebasing: statistics[place * padded..<place * padded + mask.count])
          return maximum(map, batch.lowerBound + place, workspace)
        }
      }.flatMap { $0 }
    }
  }

  private func maximum(
    _ map: UnsafeBufferPointer<Float>, _ number: Int, _ workspace: ClusterWorkspace
  ) -> PermutationMaximum {
    let clusters = side.signs.reduce(ClusterMaxima()) {
      $0.union(workspace.maxima(map, sign: $1, threshold: clusterThreshold))
    }
    var statistic: Float = 0
    for value in map { statistic = max(statistic, side.evidence(value)) }
    return PermutationMaximum(
      number: number, statistic: Double(statistic), tfce: clusters.tfce, clusterSize: clusters.size,
      clusterMass: clusters.mass)
  }
}
