import ArgumentParser
import Batch

/// `grisea status DIR`
struct Status: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Print the progress of a batch on Slurm.",
    discussion: """
      Changes nothing. After `grisea collect`, status.tsv lists the state of each subject.

      Example:
        grisea status out
      """)

  @Argument(help: "The --output of the batch.")
  var output: String

  func run() throws {
    let batch = try SlurmBatch(output: output, joinResults: SharedVolumeTable.joining(in: output))
    let progress = try batch.progress()
    let id = batch.job.attempts.last?.id ?? 0
    print("job \(id) (\(batch.job.stage)): \(progress.queue.map(\.sentence) ?? Slurm.Queue.silence)")
    let counts = [StatusRow.State.done, .skipped, .failed].map { state in
      "\(progress.states[state] ?? 0) \(state.rawValue)"
    }
    print("\(counts.joined(separator: ", ")), \(progress.total - progress.settled) to do")
  }
}
