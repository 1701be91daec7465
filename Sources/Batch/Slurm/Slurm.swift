import Files
import Foundation

/// Slurm, by its commands `sbatch` and `squeue`.
public struct Slurm: Sendable {
  /// The tasks of a job array that have not ended.
  public struct Queue: Hashable, Sendable {
    /// The number of tasks that run.
    public var running = 0
    /// The number of tasks that wait.
    public var waiting = 0
    /// Why the first waiting task waits, as Slurm reports it, such as `Resources`.
    public var reason: String?

    /// Whether all tasks have ended.
    public var isEmpty: Bool { running + waiting == 0 }

    /// Reads the answer of `squeue --noheader --array --format=%F|%t|%r`: a line for each task of any job, with the
    /// job's number, the task's state and the reason.
    /// - Parameter id: the number of the job whose tasks are counted.
    package init(_ answer: String, id: Int) {
      for line in answer.split(separator: "\n") {
        let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
        guard cells.count == 3, cells[0] == "\(id)" else { continue }
        if cells[1] == "PD" {
          waiting += 1
          reason = reason ?? cells[2]
        } else {
          running += 1
        }
      }
    }
  }

  /// Creates an interface to the commands on the `PATH`.
  public init() {}

  /// Submits a script as an array of tasks with these numbers.
  /// - Returns: the number of the job.
  /// - Throws: `SlurmError`.
  package func submit(_ job: SlurmJob, _ shards: [Int], subjects: Int, output: String) throws(SlurmError)
    -> Int
  {
    let files = SlurmJob.Files(output: output)
    // In the names of logs a percent sign begins a pattern.
    let log = Self.absolute(files.folder).replacing("%", with: "%%") + "/task-%a.log"
    let words =
      [
        "--parsable", "--job-name=grisea-\(job.stage)", "--array=\(Self.ranges(shards))",
        "--chdir=\(job.folder)", "--output=\(log)", "--open-mode=append", "--requeue",
      ] + job.request.words(subjects: subjects) + [Self.absolute(files.script)]
    let answer = try Self.run("sbatch", words)
    guard answer.status == 0 else {
      let (reason, fatal) = (Self.lastLine(answer.error), "sbatch: fatal: ")
      throw reason.hasPrefix(fatal)
        ? .unreachable(reason: String(reason.dropFirst(fatal.count))) : .refused(reason: reason)
    }
    guard let id = Self.jobNumber(answer.output) else {
      throw .noJobNumber(answer: answer.output.trimmingCharacters(in: .whitespacesAndNewlines))
    }
    return id
  }

  /// Returns the tasks of a job that wait or run; `nil` where Slurm does not answer at the moment.
  /// - Throws: `SlurmError.notInstalled`.
  public func queue(of id: Int) throws(SlurmError) -> Queue? {
    let answer = try Self.run("squeue", ["--me", "--noheader", "--array", "--format=%F|%t|%r"])
    return answer.status == 0 ? Queue(answer.output, id: id) : nil
  }

  /// Reads the number of a job from the answer of `sbatch --parsable`: `number`, or `number;cluster`.
  package static func jobNumber(_ answer: String) -> Int? {
    Int(answer.trimmingCharacters(in: .whitespacesAndNewlines).prefix { $0 != ";" })
  }

  /// Returns numbers as `sbatch --array` takes them, such as `1-3,7`.
  package static func ranges(_ numbers: [Int]) -> String {
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
    // These commands write less to standard error than a pipe holds, so the two can be read one after the other.
    let texts = [output, error].map {
      String(decoding: $0.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    }
    process.waitUntilExit()
    if process.terminationStatus == 127 { throw .notInstalled(program: program) }
    return (process.terminationStatus, texts[0], texts[1])
  }
}

/// Why a batch cannot be submitted to Slurm or collected from it.
public enum SlurmError: Error, Hashable, Sendable {
  /// The batch has no subjects.
  case noSubjects(output: String)
  /// A command of Slurm is not on the `PATH`.
  case notInstalled(program: String)
  /// Slurm's commands are installed, but do not find a cluster, for this reason.
  case unreachable(reason: String)
  /// `sbatch` refused the job, for this reason.
  case refused(reason: String)
  /// `sbatch` answered without a job number.
  case noJobNumber(answer: String)
  /// No job was submitted from this folder.
  case noJob(output: String)
  /// The last job of the folder has not ended.
  case notEnded(id: Int, output: String)
  /// `squeue` does not answer, so it is not known whether the last job of the folder has ended.
  case silent(id: Int, output: String)
}

extension SlurmError: CustomStringConvertible {
  /// The sentence for the user.
  public var description: String {
    switch self {
    case .noSubjects(let output): "\(output): found no subject, so no job was submitted to Slurm"
    case .notInstalled(let program):
      "\(program): not found; --executor slurm needs Slurm's commands on the PATH, as on a cluster's login node"
    case .unreachable(let reason):
      "Slurm cannot be reached from this machine (\(reason)); --executor slurm needs a machine that can submit jobs, such as a cluster's login node"
    case .refused(let reason): "sbatch: \(reason)"
    case .noJobNumber(let answer): "sbatch: found the answer '\(answer)', needed the number of a job"
    case .noJob(let output): "\(output): no job was submitted to Slurm for this folder, or by another version"
    case .notEnded(let id, let output):
      "\(output): its job \(id) has not ended; wait for it with `grisea collect \(output)`, or end it with `scancel \(id)`"
    case .silent(let id, let output):
      "\(output): squeue does not answer, so it is not known whether job \(id) has ended; try again later"
    }
  }
}
