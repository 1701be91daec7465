import Files
import Foundation

/// A batch that was submitted to Slurm as one job array: what `status` and `collect` need to know later.
///
/// Each task of the array runs the user's own command line with `--work-list FILE --shard i/n` in addition. Its files are
/// in `.grisea/slurm/` of the output folder: this record, the script, the work list, and a log for each task.
public struct SlurmJob: Codable, Hashable, Sendable {
  /// One submission: the first, or one that repeats tasks that ended early.
  public struct Attempt: Codable, Hashable, Sendable {
    /// Slurm's number of the job.
    public var id: Int
    /// The shards that its tasks do.
    public var shards: [Int]
  }

  /// The version of the format; raised when the meaning of a member changes.
  package static let currentFormat = 3

  package var format = currentFormat
  /// The stage's name in `status.tsv`.
  public var stage: String
  /// The version of the program.
  public var version: String
  /// The absolute path of the folder in which the tasks run.
  public var folder: String
  /// The number of shards, and of tasks of the first submission.
  public var shardCount: Int
  /// The resources of each task.
  public var request: SlurmRequest
  /// The command that ends the batch when all tasks are done: the program and its arguments; `nil` for no command.
  public var finish: [String]?
  /// All submissions, the first one first.
  public internal(set) var attempts: [Attempt] = []
  /// Whether the shards' tables have been joined with the folder's.
  package var collected = false

  /// Creates a job that runs in the current folder.
  public init(stage: String, version: String, shardCount: Int, request: SlurmRequest) {
    self.stage = stage
    self.version = version
    self.shardCount = shardCount
    self.request = request
    folder = FileManager.default.currentDirectoryPath
  }

  /// The paths of the job's files.
  package struct Files {
    let folder: String

    init(output: String) { folder = output.joined(".grisea/slurm") }

    var job: String { folder.joined("job.json") }
    var script: String { folder.joined("task.sh") }
    var workList: String { folder.joined("work-list.tsv") }

    func log(of shard: Int) -> String { folder.joined("task-\(shard).log") }
  }

  /// Reads the job of an output folder.
  /// - Throws: `SlurmError.noJob` if no record of a job can be read.
  public init(output: String) throws(SlurmError) {
    guard let data = FileManager.default.contents(atPath: Files(output: output).job),
      let job = try? JSONDecoder().decode(SlurmJob.self, from: data), job.format == Self.currentFormat
    else { throw .noJob(output: output) }
    self = job
  }

  package func write(output: String) throws {
    try AtomicFile.write(JSONText.readable(self), to: Files(output: output).job)
  }

  /// Returns the shell script of a task.
  ///
  /// The options that choose the task's shard stand right behind the subcommand, so that they are options even where the
  /// user's words contain `--`.
  /// - Parameter command: the program, the subcommand, and the rest of the user's words.
  package func script(_ command: [String], workList: String) -> String {
    let (head, rest) = (
      ShellWords.line(Array(command.prefix(2))), ShellWords.line(Array(command.dropFirst(2)))
    )
    return """
      #!/bin/sh
      # Shard $SLURM_ARRAY_TASK_ID of \(shardCount).
      export \(Self.threadVariable)="${SLURM_CPUS_PER_TASK:-\(request.threads)}"
      exec \(head) --work-list \(ShellWords.line([workList])) --shard "$SLURM_ARRAY_TASK_ID/\(shardCount)" \(rest)

      """
  }

  /// Returns the reason in the table for a subject that no task has reached.
  package static func lostReason(log: String, attempts: Int) -> String {
    "its task ended early in \(attempts) attempts; see \(log)"
  }

  /// OpenMP's variable, by which the program uses as many cores as the task was given.
  private static let threadVariable = "OMP_NUM_THREADS"
}
