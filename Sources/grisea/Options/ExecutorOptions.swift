import ArgumentParser
import Batch
import Foundation
import Imaging

extension Shard: ExpressibleByArgument {
  public init?(argument: String) { self.init(argument) }
}

/// Who does a batch: this process, or Slurm; and which part of it, where it is divided.
struct ExecutorOptions: ParsableArguments {
  enum Executor: String, ExpressibleByArgument, CaseIterable {
    case local, slurm
  }

  @Option(help: "Who does the work: this process, or Slurm as one job array (sbatch is called here).")
  var executor = Executor.local

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "With --executor slurm: options of sbatch, separated by blanks, such as '--partition=long --account=x'; they win over grisea's own.",
      valueName: "options"))
  var slurmOptions = ""

  @Option(
    help: "With --executor slurm: tasks of the array. (default: so many that each lasts about ten minutes)")
  var tasks: Int?

  @Flag(
    help:
      "With --executor slurm: do not wait. `grisea status` tells how far it is, `grisea collect` finishes it."
  )
  var detach = false

  @Option(
    help: ArgumentHelp(
      "Do one part of so many, as each task of a job array does; `grisea collect` joins the tables at the end.",
      valueName: "i/n"))
  var shard: Shard?

  @Option(
    help: ArgumentHelp(
      "What to divide by --shard, as --executor slurm writes it, in place of what is found now.",
      valueName: "file"
    ))
  var workList: String?

  func validate() throws {
    if let tasks, tasks < 1 { throw ValidationError("--tasks \(tasks): needed a number of at least 1") }
    guard executor == .slurm else {
      guard slurmOptions.isEmpty, !detach, tasks == nil else {
        throw ValidationError("--slurm-options, --detach and --tasks go with --executor slurm")
      }
      return
    }
    guard shard == nil, workList == nil else {
      throw ValidationError("--shard is what each task of --executor slurm is given; give one of the two")
    }
  }

  /// Refuses a batch without scans, and one whose results would have one name.
  func check(_ scans: [String]) throws {
    guard !scans.isEmpty || workList != nil else {
      throw ValidationError("Missing expected argument '<images> ...'")
    }
    try ScanLoop.validateNames(scans)
  }

  /// Whether this process does all of the batch.
  var isWhole: Bool { executor == .local && shard == nil }

  /// Options that a task's command does not have.
  static let own: (options: Set<String>, flags: Set<String>) = (
    ["--executor", "--slurm-options", "--tasks", "--shard", "--work-list"], ["--detach"]
  )

  /// What a work list holds; nothing where none is named, and where an earlier stage has still to write it: the list
  /// itself is then what is known.
  var listed: [WorkList.Item] { workList.map { (try? WorkList(contentsOf: $0).items) ?? [] } ?? [] }

  /// Files that are read besides.
  var files: [String] { workList.map { [$0] } ?? [] }

  /// The part of a work list that is this process's; `found` makes the list where no file is named.
  func items(_ found: () throws -> [WorkList.Item]) throws -> [WorkList.Item] {
    let all = try workList.map { try WorkList(contentsOf: $0).items } ?? found()
    return shard?.share(of: all) ?? all
  }
}

extension WorkList {
  /// Scans, by what their names say.
  static func items(_ scans: [String]) -> [Item] {
    scans.map { Item(subject: ScanName(path: $0).stem, operand: $0) }
  }
}
