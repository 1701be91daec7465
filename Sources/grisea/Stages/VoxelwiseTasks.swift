import Batch
import Files
import Morphometry
import Numerics

/// The permutations of `vbm`, all in this process or as parts that tasks of Slurm compute.
struct VoxelwiseTasks: Sendable {
  /// The stage's name in `status.tsv`.
  static let name = "vbm"

  private let analysis: VoxelwiseAnalysis
  private let isSilent: Bool

  init(_ analysis: VoxelwiseAnalysis, isSilent: Bool) {
    self.analysis = analysis
    self.isSilent = isSilent
  }

  /// Returns the parts of the permutations as items of a work list.
  static func items(_ count: Int) -> [WorkList.Item] {
    (1...count).map { WorkList.Item(subject: "part-\($0)-of-\(count)", operand: "\($0)/\(count)") }
  }

  /// Runs the analysis or a part of it, and prints its progress.
  /// - Throws: `StatisticsError`, `NIfTIError`.
  func run(_ part: VoxelwiseAnalysis.Part) throws -> VoxelwiseAnalysis.Outcome {
    var report = VoxelwiseReport(isSilent: isSilent)
    defer { report.finish() }
    return try ParallelLoop.limited(to: analysis.threads) {
      try analysis.run(part) { report.show($0) }
    }
  }

  /// Computes the parts of a task, each with a row of the shard's `status.tsv`.
  /// - Throws: `StatusTableError`, exit code 1 where a part failed.
  func run(_ items: [WorkList.Item], shard: Shard?, output: String) throws {
    let subjects = items.map { Batch.Subject(name: $0.subject, path: $0.operand) }
    let stage = Stage<Shard, VoxelwiseAnalysis.Outcome>(
      name: Self.name,
      read: { subject, _ in
        guard let part = Shard(subject.path) else { throw WorkList.Failure.unlisted(subject.path) }
        return part
      },
      work: { part in try run(.part(part.index, of: part.count)) },
      write: { _, outcome in
        if case .part(let path) = outcome { return .init(lines: [path]) }
        return .init(lines: [])
      })
    let report = BatchReport("parts", subjects, isSilent: isSilent)
    var batch = Batch(
      subjects, version: Grisea.configuration.version, status: StatusTable(folder: output, shard: shard))
    batch.overlaps = false
    try report.finish(try batch.run(stage) { report.show($0) })
  }
}
