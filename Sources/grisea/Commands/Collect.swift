import ArgumentParser
import Batch

/// `grisea collect DIR`
struct Collect: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Finishes a batch that was divided: by Slurm, or by --shard.",
    discussion: """
      It waits for the tasks, hands over once more those that ended early (scancel, a time limit, a node that went \
      down), which do only what is left, and joins the tables of all parts into status.tsv and volumes.tsv. Of a \
      cross-validation it writes the scores then. It may be stopped and called again.
      """)

  @Argument(help: "The batch's --output.")
  var output: String

  @Flag(name: .shortAndLong, help: "Print errors and results only, no progress.")
  var quiet = false

  func run() throws {
    let batch: SlurmBatch
    do {
      batch = try SlurmBatch(output: output, joinResults: SharedVolumeTable.joining(in: output))
    } catch SlurmError.noJob {
      // Parts that another scheduler has run.
      let tables = ShardTables(output: output, joinResults: SharedVolumeTable.joining(in: output))
      guard try !tables.rows().isEmpty else { throw SlurmError.noJob(output) }
      try tables.join()
      return print(StatusTable(folder: output).path)
    }
    try ClusterRun(output: output, isSilent: quiet).collect(batch)
  }
}
