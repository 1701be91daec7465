import CStatistics
import Imaging

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
  let model: VoxelwiseModel
  let plan: PermutationPlan
  let mask: VoxelMask
  let tfce: TFCE
  let side: TestedSide
  /// The statistic above which voxels form clusters.
  let clusterThreshold: Float
  /// Rearrangements that are computed together.
  let batch: Int

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
    let padded = residuals.count * VoxelSlabs.width
    let squares = Self.sumsOfSquares(residuals)
    let limits = limits(observed, padded)
    var counts = [Int32](repeating: 0, count: padded)
    var statistics = [Float](repeating: 0, count: padded * min(batch, numbers.count))
    var maxima: [PermutationMaximum] = []
    var start = numbers.lowerBound
    while start < numbers.upperBound {
      let batch = start..<min(start + batch, numbers.upperBound)
      let panels = panels(batch)
      statistics.withUnsafeMutableBufferPointer { statistics in
        counts.withUnsafeMutableBufferPointer { counts in
          Slabs.forEach(over: residuals.count, size: 1) { slab in
            fill(
              statistics, counts, slab.lowerBound, panels, residuals, squares, limits, padded, batch, observed
            )
          }
        }
      }
      maxima += self.maxima(statistics, padded, batch)
      start = batch.upperBound
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

  /// The rearranged directions of a batch, six at a time: [group][scan][6], those of one rearrangement in a row.
  private func panels(_ batch: Range<Int>) -> (weights: [Double], directions: Int) {
    let directions = model.partition.tested + nuisance
    let (group, scans) = (Int(STATISTICS_GROUP), directions[0].count)
    let groups = (batch.count * directions.count + group - 1) / group
    var weights = [Double](repeating: 0, count: groups * group * scans)
    for (place, number) in batch.enumerated() {
      let rearrangement = plan.rearrangement(number)
      for (index, direction) in directions.enumerated() {
        let row = place * directions.count + index
        for scan in 0..<scans {
          weights[(row / group * scans + scan) * group + row % group] =
            rearrangement.signs[scan] * direction[rearrangement.design[scan]]
        }
      }
    }
    return (weights, directions.count)
  }

  /// The statistics of a batch in one slab of voxels, and the counts of those that reach the observed ones.
  private func fill(
    _ statistics: UnsafeMutableBufferPointer<Float>, _ counts: UnsafeMutableBufferPointer<Int32>,
    _ slab: Int, _ panels: (weights: [Double], directions: Int), _ residuals: VoxelSlabs,
    _ squares: [Double], _ limits: [Float], _ padded: Int, _ batch: Range<Int>, _ observed: [Float]
  ) {
    let (block, scans, width) = (Self.block, residuals.scans, VoxelSlabs.width)
    let groups = panels.weights.count / (Int(STATISTICS_GROUP) * scans)
    let tested = model.partition.tested.count
    var values = [Double](repeating: 0, count: scans * block)
    var products = [Double](repeating: 0, count: groups * Int(STATISTICS_GROUP) * block)
    guard let target = statistics.baseAddress, let counted = counts.baseAddress else { return }
    residuals.withSlab(slab) { slabValues in
      for first in stride(from: 0, to: width, by: block) {
        for scan in 0..<scans {
          for v in 0..<block { values[scan * block + v] = Double(slabValues[scan * width + first + v]) }
        }
        statistics_products(panels.weights, Int64(groups), Int64(scans), values, Int64(block), &products)
        let voxel = slab * width + first
        products.withUnsafeBufferPointer { products in
          squares.withUnsafeBufferPointer { squares in
            limits.withUnsafeBufferPointer { limits in
              guard let products = products.baseAddress, let squares = squares.baseAddress,
                let limits = limits.baseAddress
              else { return }
              for place in 0..<batch.count {
                let result = target + (place * padded + voxel)
                if batch.lowerBound + place == 0 {
                  // The observed map itself, to the bit.
                  for v in 0..<block { result[v] = voxel + v < observed.count ? observed[voxel + v] : 0 }
                } else {
                  statistics_values(
                    products + place * panels.directions * block, Int64(tested), Int64(panels.directions),
                    Int64(block), squares + voxel, Double(model.degreesOfFreedom), model.contrast.isT ? 1 : 0,
                    result)
                }
                statistics_count(result, limits + voxel, Int64(block), side.code, counted + voxel)
              }
            }
          }
        }
      }
    }
  }

  /// The evidence that a rearrangement needs to count, for each voxel.
  private func limits(_ observed: [Float], _ padded: Int) -> [Float] {
    var limits = observed.map { value in
      let evidence = side.evidence(value)
      return evidence - Self.tie * max(1, abs(evidence))
    }
    limits += Array(repeating: .infinity, count: padded - observed.count)
    return limits
  }

  private static func sumsOfSquares(_ residuals: VoxelSlabs) -> [Double] {
    let (width, scans) = (VoxelSlabs.width, residuals.scans)
    return Slabs.map(over: residuals.count, size: 1) { slab in
      var sums = [Double](repeating: 0, count: width)
      residuals.withSlab(slab.lowerBound) { values in
        for scan in 0..<scans {
          for v in 0..<width {
            let value = Double(values[scan * width + v])
            sums[v] += value * value
          }
        }
      }
      return sums
    }.flatMap { $0 }
  }

  // MARK: - Maxima

  private func maxima(_ statistics: [Float], _ padded: Int, _ batch: Range<Int>) -> [PermutationMaximum] {
    statistics.withUnsafeBufferPointer { statistics in
      Slabs.map(over: batch.count, size: Self.share) { places in
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
