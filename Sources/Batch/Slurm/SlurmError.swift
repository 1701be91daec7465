/// Why a batch cannot be handed to Slurm or taken back from it.
public enum SlurmError: Error, Hashable, Sendable {
  /// A program of Slurm that is not on the `PATH`.
  case notInstalled(program: String)
  /// What `sbatch` said.
  case refused(reason: String)
  /// An answer without a job's number.
  case strangeAnswer(String)
  /// A folder without a job.
  case noJob(String)
  /// A job of the same folder that has not ended.
  case stillRuns(id: Int, output: String)
}

extension SlurmError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .notInstalled(let program):
      "\(program): not found; --executor slurm needs Slurm's commands on the PATH, as on a cluster's login node"
    case .refused(let reason): "sbatch: \(reason)"
    case .strangeAnswer(let text): "sbatch: found the answer \(text), needed a job's number"
    case .noJob(let output): "\(output): no job was handed to Slurm from here, or by another version"
    case .stillRuns(let id, let output):
      "\(output): its job \(id) has not ended; `grisea collect` waits for it, `scancel \(id)` ends it"
    }
  }
}
