import Cohort

/// How a machine is divided among jobs that run at the same time: cores and memory together.
struct MachineShare {
  /// How many run at the same time.
  let jobs: Int

  /// Cores of a job, where there are that many: a network's layers are divided among a few at little loss, while what
  /// one thread does (decompression, components, writing) leaves the others idle.
  static let threadsPerJob = 4

  /// - Parameters:
  ///   - items: how much there is to do.
  ///   - memory: bytes that a job holds at most, where it is known.
  ///   - cores: that this process may use.
  ///   - available: bytes that it may take; `nil` where the system does not tell.
  init(
    items: Int, memory: Int?, cores: Int = ThreadOptions.available,
    available: Int? = ProcessMemory.availableByteCount
  ) {
    var jobs = max(1, min(items, cores / Self.threadsPerJob))
    if let memory, let available, memory > 0 { jobs = max(1, min(jobs, available / memory)) }
    self.jobs = jobs
  }
}
