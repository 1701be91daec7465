/// What a task of a job array asks Slurm for.
public struct SlurmRequest: Codable, Hashable, Sendable {
  /// Cores.
  public var threads: Int
  /// Bytes that the task's process holds at most; `nil` where nothing is known, and the cluster decides.
  public var memory: Int?
  /// Seconds that a subject takes at most; `nil` likewise.
  public var secondsPerSubject: Double?
  /// Options of `sbatch`, which win over those that follow from the rest.
  public var options: [String]

  public init(threads: Int, memory: Int? = nil, secondsPerSubject: Double? = nil, options: [String] = []) {
    self.threads = threads
    self.memory = memory
    self.secondsPerSubject = secondsPerSubject
    self.options = options
  }

  /// A job array has no more tasks than most clusters take without a change of `MaxArraySize`.
  public static let mostTasks = 1000

  /// How long a task should last: starting it costs seconds, and what a failure costs is half of it.
  private static let taskSeconds = 600.0

  /// Seconds for starting a process, compiling the network, and file systems that keep it waiting.
  private static let startSeconds = 600.0

  /// How often a subject may take what the slowest was known to take.
  private static let slack = 3.0

  /// Share of the memory that is asked for beyond what the process says, for what is not its own (page tables, caches).
  private static let memoryMargin = 0.125

  /// In how many tasks so many subjects are done.
  public func taskCount(for subjects: Int) -> Int {
    let wanted = Double(subjects) * (secondsPerSubject ?? 60) / Self.taskSeconds
    return max(1, min(subjects, Self.mostTasks, Int(wanted.rounded(.up))))
  }

  /// The words for `sbatch`, for tasks of at most so many subjects.
  func words(subjects: Int) -> [String] {
    var words = ["--cpus-per-task=\(threads)"]
    if let memory { words.append("--mem=\(Int(Double(memory) * (1 + Self.memoryMargin) / 1_048_576) + 1)M") }
    if let secondsPerSubject {
      let seconds = Double(subjects) * secondsPerSubject * Self.slack + Self.startSeconds
      words.append("--time=\(Int((seconds / 60).rounded(.up)))")
    }
    return words + options
  }
}
