import ArgumentParser
import Batch
import Files

/// `grisea status DIR`
struct Status: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Tells how far a batch is that was handed to Slurm.",
    discussion:
      "It reads, and changes nothing. What has become of each subject stands in status.tsv after `grisea collect`."
  )

  @Argument(help: "The batch's --output.")
  var output: String

  func run() throws {
    let batch = try SlurmBatch(output: output, joinResults: SharedVolumeTable.joining(in: output))
    let progress = try batch.progress()
    let id = batch.job.attempts.last?.id ?? 0
    print("job \(id) (\(batch.job.stage)): \(progress.queue.map(\.sentence) ?? "Slurm does not answer")")
    let counts = [StatusRow.State.done, .skipped, .failed].map { state in
      "\(progress.states[state] ?? 0) \(state.rawValue)"
    }
    print("\(counts.joined(separator: ", ")), \(progress.total - progress.settled) to do")
  }
}
