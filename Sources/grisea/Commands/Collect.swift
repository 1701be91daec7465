import ArgumentParser
import Batch

/// `grisea collect DIR`
struct Collect: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Wait for a batch on Slurm, or join the results of --shard commands.",
    discussion: """
      Waits for the tasks, submits those again that ended early (scancel, a time limit, a node that failed), and joins the \
      tables of all shards into status.tsv and volumes.tsv, and structures.tsv if there are structures. If all folds of a \
      cross-validation are done, it also writes the scores. It can be interrupted and run again.

      Example:
        grisea collect out
      """)

  @Argument(help: "The --output of the batch.")
  var output: String

  @Flag(name: .shortAndLong, help: "Print errors and results only, no progress.")
  var quiet = false

  func run() throws {
    let batch: SlurmBatch
    do {
      batch = try SlurmBatch(output: output, joinResults: SharedVolumeTable.joining(in: output))
    } catch SlurmError.noJob {
      // Shards that another scheduler has run.
      let tables = ShardTables(output: output, joinResults: SharedVolumeTable.joining(in: output))
      let rows = try tables.rows()
      guard !rows.isEmpty else { throw SlurmError.noJob(output: output) }
      if let missing = try tables.missing() {
        throw MissingShards(shards: missing.shards, count: missing.count)
      }
      try tables.join()
      try JoinedTables.write(stages: Set(rows.map(\.stage)), in: output)
      print(StatusTable(folder: output).path)
      let failures = rows.filter { $0.state == .failed }
      guard failures.isEmpty else {
        for failure in failures { StandardError.print("\(failure.subject): \(failure.reason)") }
        StandardError.print(BatchReport.advice)
        throw ExitCode.failure
      }
      return
    }
    try ClusterRun(output: output, isSilent: quiet).collect(batch)
  }
}

/// Why the tables of shards cannot be joined.
private struct MissingShards: Error, CustomStringConvertible {
  let shards: [Int]
  let count: Int

  var description: String {
    "shard\(shards.count == 1 ? "" : "s") \(StandardError.list(shards.map(String.init), first: 10))"
      + " of \(count) have not run; run them, and then `grisea collect` again"
  }
}
