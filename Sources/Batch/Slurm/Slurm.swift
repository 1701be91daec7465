import Files
import Foundation

/// Slurm, by its commands.
public struct Slurm: Sendable {
  /// What is still to come of a job array.
  public struct Queue: Hashable, Sendable {
    public var running = 0
    public var waiting = 0
    /// Why the first of those that wait does, in Slurm's words.
    public var reason: String?

    public var isEmpty: Bool { running + waiting == 0 }
  }

  public init() {}

  /// Hands a script over as an array of tasks with these numbers.
  /// - Returns: the job's number.
  /// - Throws: `SlurmError`.
  func submit(_ job: SlurmJob, _ shards: [Int], subjects: Int, output: String) throws(SlurmError) -> Int {
    let files = SlurmJob.Files(output: output)
    // In the names of logs a percent sign begins a pattern.
    let log = Self.absolute(files.folder).replacing("%", with: "%%") + "/task-%a.log"
    let words =
      [
        "--parsable", "--job-name=grisea-\(job.stage)", "--array=\(Self.ranges(shards))",
        "--chdir=\(job.folder)", "--output=\(log)", "--open-mode=append", "--requeue",
      ] + job.request.words(subjects: subjects) + [Self.absolute(files.script)]
    let answer = try Self.run("sbatch", words)
    guard answer.status == 0 else { throw .refused(reason: Self.lastLine(answer.error)) }
    // With several clusters it is `number;cluster`.
    let text = answer.output.trimmingCharacters(in: .whitespacesAndNewlines)
    guard let id = Int(text.prefix { $0 != ";" }) else { throw .strangeAnswer(text) }
    return id
  }

  /// The tasks of a job that wait or run; `nil` where Slurm does not answer just now.
  /// - Throws: `SlurmError.notInstalled`.
  public func queue(of id: Int) throws(SlurmError) -> Queue? {
    let answer = try Self.run("squeue", ["--me", "--noheader", "--array", "--format=%F|%t|%r"])
    guard answer.status == 0 else { return nil }
    var queue = Queue()
    for line in answer.output.split(separator: "\n") {
      let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
      guard cells.count == 3, cells[0] == "\(id)" else { continue }
      if cells[1] == "PD" {
        queue.waiting += 1
        queue.reason = queue.reason ?? cells[2]
      } else {
        queue.running += 1
      }
    }
    return queue
  }

  /// As in `1-3,7`.
  static func ranges(_ numbers: [Int]) -> String {
    var ranges: [ClosedRange<Int>] = []
    for number in numbers.sorted() {
      if let last = ranges.last, last.upperBound == number - 1 {
        ranges[ranges.count - 1] = last.lowerBound...number
      } else {
        ranges.append(number...number)
      }
    }
    return ranges.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }
      .joined(separator: ",")
  }

  private static func absolute(_ path: String) -> String {
    path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath.joined(path)
  }

  private static func lastLine(_ text: String) -> String {
    text.split(separator: "\n").last.map { String($0).replacing("sbatch: error: ", with: "") }
      ?? "no reason given"
  }

  private static func run(
    _ program: String, _ words: [String]
  ) throws(SlurmError) -> (status: Int32, output: String, error: String) {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [program] + words
    let (output, error) = (Pipe(), Pipe())
    process.standardOutput = output
    process.standardError = error
    process.standardInput = FileHandle.nullDevice
    do { try process.run() } catch { throw .notInstalled(program: program) }
    // What these commands say on standard error is less than a pipe holds, so that one after the other can be read.
    let texts = [output, error].map {
      String(decoding: $0.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    }
    process.waitUntilExit()
    if process.terminationStatus == 127 { throw .notInstalled(program: program) }
    return (process.terminationStatus, texts[0], texts[1])
  }
}
