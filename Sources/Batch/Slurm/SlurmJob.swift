import Files
import Foundation

/// A batch that was handed to Slurm as one job array: what `status` and `collect` need to know of it later.
///
/// Each task of the array is the same command with `--shard i/n`. All that it needs stands in `.grisea/slurm/` of the
/// output folder: this record, the script, the work list, and a log for each task.
public struct SlurmJob: Codable, Hashable, Sendable {
  /// One submission: the first, or one that repeats the tasks that ended early.
  public struct Attempt: Codable, Hashable, Sendable {
    /// Slurm's number.
    public var id: Int
    public var shards: [Int]
  }

  /// Raised when the meaning of a member changes.
  static let currentFormat = 2

  var format = currentFormat
  /// As `status.tsv` calls it.
  public var stage: String
  /// Of the program.
  public var version: String
  /// Where the tasks run; relative paths begin there.
  public var folder: String
  public var shardCount: Int
  public var request: SlurmRequest
  /// The words of a command, without the program's name, that is due in `folder` when all is done; none where nothing
  /// is left to do.
  public var finish: [String] = []
  public internal(set) var attempts: [Attempt] = []
  /// Whether its tables have been joined with the folder's.
  var collected = false

  public init(stage: String, version: String, shardCount: Int, request: SlurmRequest) {
    self.stage = stage
    self.version = version
    self.shardCount = shardCount
    self.request = request
    folder = FileManager.default.currentDirectoryPath
  }

  /// Where its files are.
  struct Files {
    let folder: String

    init(output: String) { folder = output.joined(".grisea/slurm") }

    var job: String { folder.joined("job.json") }
    var script: String { folder.joined("task.sh") }
    var workList: String { folder.joined("work-list.tsv") }

    func log(of shard: Int) -> String { folder.joined("task-\(shard).log") }
  }

  /// The job of a batch's folder.
  /// - Throws: `SlurmError.noJob` where there is none that can be understood.
  public init(output: String) throws(SlurmError) {
    guard let data = FileManager.default.contents(atPath: Files(output: output).job),
      let job = try? JSONDecoder().decode(SlurmJob.self, from: data), job.format == Self.currentFormat
    else { throw .noJob(output) }
    self = job
  }

  func write(output: String) throws {
    try AtomicFile.write(JSONText.readable(self), to: Files(output: output).job)
  }

  /// A shell script that does one part.
  /// - Parameter command: the program and its words, without those that choose a part.
  func script(_ command: [String], workList: String) -> String {
    let line = ShellWords.line(command)
    return """
      #!/bin/sh
      # Part $SLURM_ARRAY_TASK_ID of \(shardCount).
      export \(Self.threadVariable)="${SLURM_CPUS_PER_TASK:-\(request.threads)}"
      exec \(line) --shard "$SLURM_ARRAY_TASK_ID/\(shardCount)" --work-list \(ShellWords.line([workList]))

      """
  }

  /// What the table says of a subject that no task has reached.
  static func lostReason(log: String, attempts: Int) -> String {
    "its task ended early, \(attempts) times; \(log) may say why"
  }

  /// OpenMP's, by which the program takes as many cores as the task was given.
  private static let threadVariable = "OMP_NUM_THREADS"
}
