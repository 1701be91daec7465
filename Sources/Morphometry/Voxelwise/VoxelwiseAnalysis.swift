import Foundation
import Imaging
import Statistics

/// A mass-univariate test of maps by permutation: from files to files, in one call.
///
/// ```swift
/// var configuration = VoxelwiseConfiguration(
///   maps: maps, tables: ["participants.tsv"], tested: "age", output: "vbm-age")
/// configuration.covariates = ["sex", "ICV_ml"]
/// let outcome = try VoxelwiseAnalysis(configuration).run { print($0) }
/// ```
public struct VoxelwiseAnalysis: Sendable {
  /// What an analysis reports while it runs.
  public enum Event: Hashable, Sendable {
    case warning(DesignWarning)
    case design(participants: Int, rank: Int, degreesOfFreedom: Int)
    case mask(voxels: Int, rule: String)
    /// The atlas that names regions, and its terms.
    case atlas(name: String, license: String)
    case memory(MemoryPlan)
    case plan(permutations: Int, isExhaustive: Bool, exchangeability: String)
    case permutations(done: Int, of: Int)
  }

  /// Which permutations this process computes.
  public enum Part: Hashable, Sendable {
    case all
    /// One of several equal parts, written to the output folder for `join`; numbered from 1.
    case part(Int, of: Int)
    /// None: parts that were written before are joined.
    case join(of: Int)
  }

  /// What came of a run.
  public enum Outcome: Sendable {
    case result(VoxelwiseResult)
    /// The file of a part.
    case part(path: String)
  }

  public let configuration: VoxelwiseConfiguration
  /// Bytes that may be held in memory; `nil` for no limit.
  public var memoryLimit: Int?
  /// A folder for a scratch file where the maps do not fit in memory.
  public var scratchFolder = NSTemporaryDirectory()
  /// Threads that work at the same time; no result depends on it.
  public var threads = ProcessInfo.processInfo.activeProcessorCount

  public init(_ configuration: VoxelwiseConfiguration) {
    self.configuration = configuration
  }

  /// Runs the analysis, or a part of it, and writes its files.
  /// - Throws: `StatisticsError`, `NIfTIError`.
  @discardableResult
  public func run(_ part: Part = .all, progress: (Event) -> Void = { _ in }) throws -> Outcome {
    let setup = try AnalysisSetup(configuration, progress: progress)
    let memory = try MemoryPlan(
      scans: setup.reading.paths.count, voxels: setup.reading.mask.count,
      gridVoxels: setup.reading.grid.count, threads: threads, limit: memoryLimit)
    progress(.memory(memory))
    let slabs = try setup.reading.slabs(scratch: memory.scratchBytes > 0 ? scratchFolder : nil)
    let fit = setup.model.fit(replacingByResiduals: slabs)
    let permuted = PermutedModel(
      model: setup.model, plan: setup.plan, mask: setup.reading.mask, tfce: configuration.tfce,
      side: setup.side, clusterThreshold: setup.clusterThreshold, batch: memory.batch)
    func permute(_ numbers: Range<Int>) -> PermutationResult {
      permuted.run(numbers, residuals: slabs, observed: fit.statistic) {
        progress(.permutations(done: $0, of: numbers.count))
      }
    }
    let parts = PermutationParts(folder: configuration.output, fingerprint: setup.fingerprint(fit))
    switch part {
    case .all: return try .result(finish(setup, fit, permute(0..<setup.plan.count), slabs))
    case .join(let count):
      return try .result(finish(setup, fit, parts.joined(count, plan: setup.plan), slabs))
    case .part(let number, let count):
      let result = permute(setup.plan.numbers(part: number, of: count))
      return try .part(path: parts.write(result, number: number, of: count))
    }
  }

  private func finish(
    _ setup: AnalysisSetup, _ fit: VoxelwiseFit, _ permutations: PermutationResult, _ residuals: VoxelSlabs
  ) throws -> VoxelwiseResult {
    let result = try VoxelwiseResult(setup, fit, permutations, residuals)
    try VoxelwiseResultFolder(result).write()
    return result
  }
}
