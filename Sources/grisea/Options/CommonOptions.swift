import ArgumentParser
import Batch
import Foundation
import Imaging
import NeuralNetwork
import Segmentation

/// `--threads`
struct ThreadOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Use this many cores. (default: all of this process)", valueName: "count"))
  var threads: Int?

  func validate() throws {
    guard let threads, threads < 1 else { return }
    throw ValidationError("--threads \(threads): needed a number of at least 1")
  }

  /// The number that was given, else one for each core that the process may use.
  var count: Int { threads ?? Self.available }

  /// OpenMP's variable: where it is a number, it decides the threads of the program and of what it starts.
  static let variable = "OMP_NUM_THREADS"

  /// The number of cores that the process may use: as `variable` says, else as the system reports it (`taskset` and Slurm
  /// reduce it).
  static var available: Int {
    let environment = ProcessInfo.processInfo.environment
    if let count = environment[variable].flatMap({ Int($0) }), count > 0 { return count }
    return ProcessInfo.processInfo.activeProcessorCount
  }
}

/// `--seed`
struct SeedOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Start random numbers from this seed. The same seed gives the same result (with the same number of threads, where there is --threads).",
      valueName: "number"))
  var seed: UInt64 = 0
}

/// `--quiet` and `--verbose`
struct ReportingOptions: ParsableArguments {
  @Flag(name: .shortAndLong, help: "Print the time and the peak memory at the end.")
  var verbose = false

  @Flag(name: .shortAndLong, help: "Print errors and results only, no progress.")
  var quiet = false
}

/// `--force`; its earlier name is `--anew`.
struct ForceOptions: ParsableArguments {
  @Flag(
    name: [.long, .customLong("anew")],
    help: "Process all scans again, and replace results of other scans with the same name.")
  var force = false
}

/// `--force` of commands that process all their inputs each time.
struct ReplaceOptions: ParsableArguments {
  @Flag(name: .customLong("force"), help: "Replace results of other inputs with the same name.")
  var isForced = false
}

/// `--jobs`
struct JobOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Process this many at the same time. (default: as cores and memory allow)", valueName: "count"))
  var jobs: Int?

  func validate() throws {
    if let jobs, jobs < 1 { throw ValidationError("--jobs \(jobs): needed a number of at least 1") }
  }
}

/// `--label-table`
struct LabelTableOptions: ParsableArguments {
  @Option(
    name: .customLong("label-table"),
    help: ArgumentHelp(
      "Read labels by this table: bids, freesurfer, brainweb, ibsr, fsl or a TSV. (default: bids)",
      valueName: "label-table"))
  var given: String?

  /// The name or the path of the table.
  var name: String { given ?? LabelTable.bids.name }

  /// The table, if it is a file.
  var files: [String] { LabelTable.named(name) == nil ? [name] : [] }

  func validate() throws { try Self.check(name) }

  /// Refuses a word that names no table.
  static func check(_ name: String) throws {
    do { _ = try LabelTable(nameOrPath: name) } catch { throw ValidationError("\(error)") }
  }
}

/// `--precision`
struct PrecisionOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Compute in float32, bfloat16, or auto: bfloat16 where the processor has instructions for it.",
      valueName: "format"))
  var precision = "auto"

  func validate() throws {
    guard precision != "auto", Precision(rawValue: precision) == nil else { return }
    throw ValidationError("--precision \(precision): needed float32, bfloat16 or auto")
  }

  /// The number format of the network.
  var value: Precision { Precision(rawValue: precision) ?? .fastest }

  /// Prints the number format and the instruction set of the network, and what slows it down on this processor.
  /// - Throws: `PrecisionError` where the processor cannot compute in the format that was asked for.
  func announce(isSilent: Bool) throws(PrecisionError) {
    guard value.isAvailable else { throw .unavailable(value, .effective) }
    guard !isSilent else { return }
    StandardError.print("Computing in \(value.rawValue) with \(InstructionSet.effective.name).")
    if !value.isFast {
      StandardError.print("This processor has no instructions for bfloat16. float32 is faster here.")
    }
    if InstructionSet.effective < .avx2 {
      StandardError.print(
        "This processor has no AVX2 instructions: scans and training take several times as long as with them."
      )
    }
  }
}

/// Why the network cannot compute in a number format.
enum PrecisionError: Error, CustomStringConvertible {
  case unavailable(Precision, InstructionSet)

  var description: String {
    switch self {
    case .unavailable(let precision, let instructions):
      "--precision \(precision.rawValue) needs a processor with AVX-512, and this one has \(instructions.name); use float32 or auto"
    }
  }
}

/// `--max-memory`
struct MemoryOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Let each job hold this much, such as 3G; scans that need more are refused. A model processes a scan in tiles if the whole would need more than this, or more than 4G. (default: the free memory, divided among the jobs, and at least 4G)",
      valueName: "size"))
  var maxMemory: String?

  func validate() throws {
    guard let maxMemory, Self.bytes(maxMemory) == nil else { return }
    throw ValidationError("--max-memory \(maxMemory): needed a number with K, M, G or T, such as 3G or 800M")
  }

  private var given: Int? { maxMemory.map { Self.bytes($0) ?? .max } }

  /// Bytes that a job holds where there is a choice: the number of jobs follows from it, and models that may see a scan
  /// whole see it in tiles above it.
  var byteCount: Int { given ?? Self.usual }

  /// The memory of each of several jobs.
  /// - Parameter jobs: `nil` where other machines do the work, whose free memory is not known.
  func memory(jobs: Int?) -> JobMemory {
    JobMemory(
      limit: given ?? jobs.map { Self.share(of: ProcessMemory.availableByteCount, jobs: $0) } ?? Self.usual,
      preferred: byteCount, option: MemoryOption(.maxMemory, isGiven: maxMemory != nil))
  }

  /// Returns the share of this memory of each of several jobs, and not less than is usual.
  static func share(of available: Int?, jobs: Int) -> Int { max(usual, (available ?? usual) / max(1, jobs)) }

  /// 4 GB, or 90 % of the machine or control group, in steps of 100 MB. It must be the same from run to run, because it
  /// decides about tiles, and so it does not depend on what is free at the moment.
  static var usual: Int {
    let step = 100_000_000
    return min(40 * step, ProcessMemory.limitByteCount.map { max(1, $0 / 10 * 9 / step) * step } ?? .max)
  }

  /// Reads a size in powers of ten, such as `3G` or `4GB`.
  private static func bytes(_ text: String) -> Int? {
    let trimmed = text.uppercased().hasSuffix("B") ? text.dropLast() : text[...]
    guard let unit = trimmed.last, let power = "KMGT".firstIndex(of: Character(unit.uppercased())) else {
      return nil
    }
    let exponent = 3 * ("KMGT".distance(from: "KMGT".startIndex, to: power) + 1)
    guard let number = Double(trimmed.dropLast()), number > 0 else { return nil }
    return Int(exactly: (number * pow(10, Double(exponent))).rounded())
  }
}
