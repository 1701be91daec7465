import Batch
import Imaging
import Numerics

/// How the cores and the memory of a machine are divided among jobs that run at the same time.
struct MachineShare {
  let jobs: JobShare

  /// Cores of a job, where there are that many. A network's layers are divided among four threads at little loss, while
  /// the steps of one thread (decompression, components, writing) leave further cores idle.
  static let threadsPerJob = 4

  /// Divides the machine.
  /// - Parameters:
  ///   - items: the number of subjects.
  ///   - jobs: the number of jobs; by default as many as cores and memory allow.
  ///   - memory: bytes that a job holds at most, where that is known.
  ///   - cores: the number of cores for all jobs together.
  ///   - available: bytes for all jobs together; `nil` where the system does not report them.
  init(
    items: Int, jobs: Int? = nil, memory: Int?, cores: Int = ThreadOptions.available,
    available: Int? = ProcessMemory.availableByteCount
  ) {
    var count = jobs ?? min(items, cores / Self.threadsPerJob)
    if jobs == nil, let memory, let available, memory > 0 { count = min(count, available / memory) }
    count = max(1, count)
    self.jobs = .init(count: count, threads: max(1, cores / count))
  }

  /// Prints how the machine is divided, where there are several jobs.
  func announce(isSilent: Bool) {
    guard !isSilent, jobs.count > 1 else { return }
    StandardError.print("\(jobs.count) jobs at the same time, \(jobs.threads) threads each")
  }
}
