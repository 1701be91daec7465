import CAllocationWatch
import Files
import Foundation

/// Gives damaged files to everything that reads files, in this process, until a number of inputs or of seconds is
/// reached for each kind of file:
///
///     swift run -c release Fuzzers --inputs 1000000
///     swift run -c release Fuzzers --seconds 1800 --seed 7 --targets images,models
///
/// Images are the files of `Tests/ImagingTests/Fixtures` (or `--corpus DIR`) with a few bytes, numbers or lengths
/// changed; half of those that were compressed are changed inside and compressed again, as a change of the compressed
/// bytes rarely gets past the checksum. Models are changed in their weights, their JSON and the JSON texts within it.
/// Texts (tables, pipeline files, JSON) get other numbers, marks that their readers split at, and repeated parts.
///
/// An input is read or refused. The run ends with exit code 1 at an allocation that the input's size does not justify,
/// at an input that takes longer than two seconds, or where memory has grown over the run. A crash ends it anyhow, and
/// so does an input that never ends: `--crash FILE` (default `fuzzers.crash`) then holds the input, and
/// `--replay FILE --targets NAME` reads it once more.
///
/// The driver is ours because libFuzzer wants every module built with coverage, and the changes that find faults in
/// these files are known: their numbers.
@main
struct Fuzzers {
  /// Slowest input that counts as no hang, in seconds of this process's own work: a busy machine is no hang.
  private static let patience = 2.0
  /// Seconds after which the system ends the process, whatever it does.
  private static let longestHang: UInt32 = 120
  /// Growth of live memory over a whole run that is no leak: caches of the runtime.
  private static let leakTolerance = 8 << 20
  /// Inputs that fill such caches.
  private static let warmUp = 1000

  static func main() throws {
    let options = try FuzzOptions(CommandLine.arguments.dropFirst())
    let all = try FuzzTarget.all(images: options.corpus, scratch: options.scratch)
    let targets = all.filter { target in
      (options.targets.isEmpty || options.targets.contains(target.name))
        && !options.without.contains(target.name)
    }
    guard !targets.isEmpty else {
      FuzzOptions.usage("there are the targets \(all.map(\.name).joined(separator: ", "))")
    }
    for target in targets {
      if let replay = options.replay {
        print(outcome(try FuzzInput(contentsOf: replay), target, options) ?? "read")
      } else {
        try run(target, options)
      }
    }
    unlink(options.scratch)
  }

  private static func run(_ target: FuzzTarget, _ options: FuzzOptions) throws {
    var mutator = Mutator(seed: options.seed)
    var record = try CrashRecord(path: options.crash)
    let clock = ContinuousClock()
    let start = clock.now
    var (count, read, worst) = (0, 0, 0.0)
    var liveAtStart = 0
    while count < options.inputs && clock.now - start < options.duration {
      if count == warmUp { liveAtStart = allocation_watch_live() }
      if count % 256 == 0 { alarm(longestHang) }
      let input = try target.damaged(&mutator)
      record.write(input)
      _ = allocation_watch_take_largest()
      let before = workSeconds
      if outcome(input, target, options) == nil { read += 1 }
      let (largest, justified) = (allocation_watch_take_largest(), target.justifiedAllocation(input))
      if largest > justified {
        fail(
          "\(target.name): input \(count) of \(input.size) bytes asked for \(largest) bytes at once", options)
      }
      let taken = workSeconds - before
      if taken > patience { fail("\(target.name): input \(count) took \(taken) s", options) }
      worst = max(worst, Double(largest) / Double(justified))
      count += 1
    }
    alarm(0)
    let grown = count > warmUp ? allocation_watch_live() - liveAtStart : 0
    if grown > leakTolerance {
      fail("\(target.name): memory has grown by \(grown) bytes over \(count) inputs", options)
    }
    record.remove()
    print(
      "\(target.name): \(count) inputs in \(Int((clock.now - start) / .seconds(1))) s, seed \(options.seed): \(read) read, "
        + "\(count - read) refused, no crash, hang or leak; the largest allocation was \(Int(100 * worst)) % of what its input justifies"
    )
  }

  /// Of all threads of this process.
  private static var workSeconds: Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }

  /// Why the input is refused; `nil` where it is read.
  private static func outcome(_ input: FuzzInput, _ target: FuzzTarget, _ options: FuzzOptions) -> String? {
    do {
      try target.read(input, options.scratch)
      return nil
    } catch {
      return "\(error)"
    }
  }

  private static func fail(_ reason: String, _ options: FuzzOptions) -> Never {
    print("\(reason); it is kept in \(options.crash), read it again with --replay")
    exit(1)
  }
}
