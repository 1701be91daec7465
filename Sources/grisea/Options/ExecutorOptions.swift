import ArgumentParser
import Batch

extension Shard: ExpressibleByArgument {
  public init?(argument: String) { self.init(argument) }
}

/// Where a batch runs: in this process or on Slurm; and which shard of it, where it is divided.
///
/// A Slurm task runs the user's own command line with `--work-list` and `--shard` in addition. Where either is given, this
/// process does the work, whatever `--executor` says.
struct ExecutorOptions: ParsableArguments {
  enum Executor: String, ExpressibleByArgument, CaseIterable {
    case local, slurm
  }

  @Option(help: "Run in this process, or on Slurm as one job array (calls sbatch).")
  var executor = Executor.local

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Pass these options to sbatch, such as '--partition=long'. They override grisea's own.",
      valueName: "options"))
  var slurmOptions = ""

  @Option(help: "Divide the batch into this many Slurm tasks. (default: tasks of about ten minutes)")
  var tasks: Int?

  @Flag(help: "Submit to Slurm and return. Follow with `grisea status`, finish with `grisea collect`.")
  var detach = false

  @Option(
    help: ArgumentHelp(
      "Do only shard i of n, with other schedulers than Slurm. Finish with `grisea collect`, or with --join for vbm.",
      valueName: "i/n"))
  var shard: Shard?

  @Option(
    help: ArgumentHelp(
      "Process the subjects that this file lists instead of the operands.", valueName: "file"))
  var workList: String?

  func validate() throws {
    if let tasks, tasks < 1 { throw ValidationError("--tasks \(tasks): needed a number of at least 1") }
    guard executor == .slurm || (slurmOptions.isEmpty && !detach && tasks == nil) else {
      throw ValidationError("--slurm-options, --detach and --tasks need --executor slurm")
    }
  }

  /// Refuses a batch without images.
  func check(_ operands: ImageOperands) throws {
    if workList == nil { try operands.validate() }
  }

  /// Whether this process submits the batch to Slurm instead of doing it.
  var submits: Bool { executor == .slurm && shard == nil && workList == nil }

  /// Whether this process does the whole batch.
  var isWhole: Bool { !submits && shard == nil }

  /// The items of the work list; none where no list is named, and where an earlier stage has still to write it.
  var listed: [WorkList.Item] { workList.map { (try? WorkList(contentsOf: $0).items) ?? [] } ?? [] }

  /// The files that are read, for the declaration of a stage.
  var files: [String] { workList.map { [$0] } ?? [] }

  /// Returns the items that this process works on: all of the work list, or its shard.
  /// - Parameter found: makes the list where no file is named.
  func items(_ found: () throws -> [WorkList.Item]) throws -> [WorkList.Item] { share(of: try all(found)) }

  /// Returns the items of the whole batch.
  /// - Parameter found: makes the list where no file is named.
  func all(_ found: () throws -> [WorkList.Item]) throws -> [WorkList.Item] {
    try workList.map { try WorkList(contentsOf: $0).items } ?? found()
  }

  /// Returns the items of a batch that this process works on.
  func share(of all: [WorkList.Item]) -> [WorkList.Item] { shard?.share(of: all) ?? all }
}
