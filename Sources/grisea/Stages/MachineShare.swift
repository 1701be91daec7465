import Batch
import Imaging
import Numerics

/// How a machine is divided among jobs that run at the same time: cores and memory together.
struct MachineShare {
  let jobs: JobShare

  /// Cores of a job, where there are that many: a network's layers are divided among a few at little loss, while what
  /// one thread does (decompression, components, writing) leaves the others idle.
  static let threadsPerJob = 4

  /// - Parameters:
  ///   - items: how much there is to do.
  ///   - jobs: as asked for; without, as many as cores and memory allow.
  ///   - memory: bytes that a job holds at most, where it is known.
  ///   - cores: that all jobs may use together.
  ///   - available: bytes that it may take; `nil` where the system does not tell.
  init(
    items: Int, jobs: Int? = nil, memory: Int?, cores: Int = ThreadOptions.available,
    available: Int? = ProcessMemory.availableByteCount
  ) {
    var count = jobs ?? min(items, cores / Self.threadsPerJob)
    if jobs == nil, let memory, let available, memory > 0 { count = min(count, available / memory) }
    count = max(1, count)
    self.jobs = .init(count: count, threads: max(1, cores / count))
  }

  /// Keeps to it from now on, and says how the machine is divided, where it is.
  func take(isSilent: Bool) {
    guard !isSilent, jobs.count > 1 else { return }
    StandardError.print("\(jobs.count) jobs at the same time, \(jobs.threads) threads each")
  }
}
