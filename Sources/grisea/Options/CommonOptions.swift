import ArgumentParser
import Batch
import Foundation
import NeuralNetwork
import Segmentation

/// `--threads`
struct ThreadOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "How many processor cores to use (default: all that this process may use).", valueName: "count"))
  var threads: Int?

  func validate() throws {
    guard let threads, threads < 1 else { return }
    throw ValidationError("--threads \(threads): the number of threads is at least 1")
  }

  /// The number asked for, else one for each core that the process may use.
  var count: Int { threads ?? Self.available }

  /// OpenMP's own variable, where it is a number, rules all threads of the program and of what it starts.
  static let variable = "OMP_NUM_THREADS"

  /// How many cores the process may use: as `variable` says, else as the system does (`taskset` and Slurm narrow them).
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
      "Where randomness begins: the same seed and number of threads give the same result.",
      valueName: "number"))
  var seed: UInt64 = 0
}

/// `--quiet` and `--verbose`
struct ReportingOptions: ParsableArguments {
  @Flag(name: .shortAndLong, help: "Say at the end how long it took and how much memory it held at most.")
  var verbose = false

  @Flag(name: .shortAndLong, help: "Print errors and results only, no progress.")
  var quiet = false
}

/// `--precision`
struct PrecisionOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Number format of the network: float32, bfloat16, or auto, which is bfloat16 where the processor has instructions for it.",
      valueName: "format"))
  var precision = "auto"

  func validate() throws {
    guard precision != "auto", Precision(rawValue: precision) == nil else { return }
    throw ValidationError("--precision \(precision): there are float32, bfloat16 and auto")
  }

  var value: Precision { Precision(rawValue: precision) ?? .fastest }

  /// Prints the instruction set and the number format that the network computes with, once, and what a user should know
  /// about their speed.
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
        "This processor has no AVX2 instructions: a scan takes several times as long as with them, and so does training."
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

/// `--views`
struct ViewOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Average the network's answers to 1, 2 or 4 views of each scan, mirrored and moved by a voxel (test-time augmentation). Each view takes the time of one. (default: 2 for models that find the brain, 1 for models of tiles)",
      valueName: "count"))
  var views: Int?

  /// The former way to ask for 4 views or 1.
  @Flag(inversion: .prefixedNo, help: .hidden)
  var ensemble: Bool?

  func validate() throws {
    if let views, !TestTimeView.counts.contains(views) {
      throw ValidationError("--views \(views): there are 1, 2 and 4")
    }
    guard views == nil || ensemble == nil else {
      throw ValidationError("--views replaces --ensemble (4 views) and --no-ensemble (1); give one of them")
    }
  }

  func count(for model: SegmentationModel) -> Int {
    views ?? ensemble.map { $0 ? 4 : 1 } ?? (model.fieldOfView == .brain ? 2 : 1)
  }
}

/// `--max-memory`
struct MemoryOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "What each job may hold, such as 3G or 800M; scans that need more are refused. Networks that may see a scan whole see it in tiles above 4G, or above this. (default: what the machine has left, divided among the jobs)",
      valueName: "size"))
  var maxMemory: String?

  func validate() throws {
    guard let maxMemory, Self.bytes(maxMemory) == nil else { return }
    throw ValidationError("--max-memory \(maxMemory): needed a number with K, M, G or T, such as 3G or 800M")
  }

  /// The bytes that were given.
  private var given: Int? { maxMemory.map { Self.bytes($0) ?? .max } }

  /// What a job holds where there is a choice: images are seen whole up to it, the next scan is read ahead, and so many
  /// jobs are run at the same time as find this much.
  var byteCount: Int { given ?? Self.usual }

  /// What each of so many jobs may hold; scans that need more are refused.
  func limit(jobs: Int) -> Int { given ?? Self.share(of: ProcessMemory.availableByteCount, jobs: jobs) }

  /// The option itself, for the words of a refusal.
  var option: MemoryOption { MemoryOption(.maxMemory, isGiven: maxMemory != nil) }

  /// What each of so many jobs may hold of this memory: their shares, and not less than is usual.
  static func share(of available: Int?, jobs: Int) -> Int { max(usual, (available ?? usual) / max(1, jobs)) }

  /// 4 GB, or most of what machine and control group have in all, in steps of 100 MB: where it decides about tiles it
  /// must be the same from run to run, and so does not depend on what is free at the moment.
  static var usual: Int {
    let step = 100_000_000
    return min(40 * step, ProcessMemory.limitByteCount.map { max(1, $0 / 10 * 9 / step) * step } ?? .max)
  }

  /// Powers of ten, as disks and memory plans are told; `4GB` too.
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
