import CAllocationWatch
import Foundation
import Imaging

/// Throws damaged files at the reader of images, in this process, until a number of inputs or of seconds is reached:
///
///     swift run -c release ReaderFuzzer --inputs 10000000
///     swift run -c release ReaderFuzzer --seconds 1800 --seed 7
///
/// Each input is a file of the corpus (`Tests/ImagingTests/Fixtures`, or `--corpus DIR`) with a few bytes, numbers or
/// lengths changed; half of those that were compressed are changed inside and compressed again, as a change of the
/// compressed bytes rarely gets past the checksum. An input is read or refused; the run ends with exit code 1 at an
/// allocation that the file's size does not justify, at an input that takes longer than two seconds, or where memory
/// has grown over the run. A crash ends it anyhow: `--crash FILE` (default `reader-fuzzer.crash`) then holds the input,
/// and `--replay FILE` reads it once more.
///
/// The driver is ours because libFuzzer wants every module built with coverage, and the mutations that find faults in
/// headers are known: their fields.
@main
struct ReaderFuzzer {
  /// Slowest input that counts as no hang, in seconds of this process's own work: a busy machine is no hang.
  private static let patience = 2.0
  /// Growth of live memory over a whole run that is no leak: caches of the runtime.
  private static let leakTolerance = 8 << 20

  static func main() throws {
    let options = try FuzzOptions(CommandLine.arguments.dropFirst())
    if let replay = options.replay {
      print(outcome(try FuzzInput(contentsOf: replay)))
      return
    }
    let corpus = try FuzzCorpus(folder: options.corpus)
    var mutator = Mutator(seed: options.seed)
    var record = try CrashRecord(path: options.crash)
    let clock = ContinuousClock()
    let start = clock.now
    var (count, read, worst) = (0, 0, 0.0)
    var liveAtStart = 0
    while count < options.inputs && clock.now - start < options.duration {
      // What caches are filled with by the first inputs is no leak.
      if count == 1000 { liveAtStart = allocation_watch_live() }
      let input = mutator.mutate(corpus)
      record.write(input)
      _ = allocation_watch_take_largest()
      let before = workSeconds
      if outcome(input) == "read" { read += 1 }
      let largest = allocation_watch_take_largest()
      if largest > input.justifiedAllocation {
        fail("input \(count) of \(input.size) bytes asked for \(largest) bytes of memory at once", options)
      }
      let taken = workSeconds - before
      if taken > patience { fail("input \(count) took \(taken) s", options) }
      worst = max(worst, Double(largest) / Double(input.justifiedAllocation))
      count += 1
    }
    let grown = count > 1000 ? allocation_watch_live() - liveAtStart : 0
    if grown > leakTolerance { fail("memory has grown by \(grown) bytes over \(count) inputs", options) }
    record.remove()
    let seconds = (clock.now - start) / .seconds(1)
    print(
      "\(count) inputs in \(Int(seconds)) s, seed \(options.seed): \(read) read, \(count - read) refused, no crash, "
        + "hang or leak; the largest allocation was \(Int(100 * worst)) % of what its file justifies")
  }

  /// Of all threads of this process.
  private static var workSeconds: Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }

  private static func outcome(_ input: FuzzInput) -> String {
    do {
      let image = try NIfTIImage(bytes: input.bytes, image: input.image, path: "fuzzed.nii")
      _ = ScanSummary(image).text
      return "read"
    } catch {
      return error.description
    }
  }

  private static func fail(_ reason: String, _ options: FuzzOptions) -> Never {
    print("\(reason); it is kept in \(options.crash), read it again with --replay")
    exit(1)
  }
}
