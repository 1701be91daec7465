/// The resources that each task of a job array requests.
public struct SlurmRequest: Codable, Hashable, Sendable {
  /// Cores.
  public var threads: Int
  /// Bytes that the task's process holds at most; `nil` where that is not known and the cluster's default applies.
  public var memory: Int?
  /// Seconds that a subject takes at most; `nil` where that is not known and the cluster's default applies.
  public var secondsPerSubject: Double?
  /// Options of `sbatch`, which override those that follow from the other properties.
  public var options: [String]

  /// Creates a request.
  public init(threads: Int, memory: Int? = nil, secondsPerSubject: Double? = nil, options: [String] = []) {
    self.threads = threads
    self.memory = memory
    self.secondsPerSubject = secondsPerSubject
    self.options = options
  }

  /// The most tasks of an array: what clusters accept by default (`MaxArraySize` is 1001).
  public static let mostTasks = 1000

  /// Seconds that a task should last: starting it costs seconds, and a failure costs half of it on average.
  private static let taskSeconds = 600.0

  /// Seconds for starting a process, compiling the network, and file systems that keep it waiting.
  private static let startSeconds = 600.0

  /// How many times longer a subject may take than the slowest before.
  private static let slack = 3.0

  /// The share of memory that is requested in addition, for page tables and caches.
  private static let memoryMargin = 0.125

  /// Returns the number of tasks for this many subjects: tasks of about ten minutes, or, where the time of a subject is
  /// not known, one for each subject.
  public func taskCount(for subjects: Int) -> Int {
    let wanted = secondsPerSubject.map { Double(subjects) * $0 / Self.taskSeconds } ?? Double(subjects)
    return max(1, min(subjects, Self.mostTasks, Int(wanted.rounded(.up))))
  }

  /// Returns the options for `sbatch`, for tasks of at most this many subjects.
  package func words(subjects: Int) -> [String] {
    var words = ["--cpus-per-task=\(threads)"]
    if let memory { words.append("--mem=\(Int(Double(memory) * (1 + Self.memoryMargin) / 1_048_576) + 1)M") }
    if let secondsPerSubject {
      let seconds = Double(subjects) * secondsPerSubject * Self.slack + Self.startSeconds
      words.append("--time=\(Int((seconds / 60).rounded(.up)))")
    }
    return words + options
  }
}
