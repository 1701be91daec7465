import Batch
import Segmentation

extension SlurmRequest {
  /// For segmenting scans: the memory that the process may hold, and seconds that a slow core needs for a scan.
  /// - Parameter threads: as asked for; `nil` where not.
  static func segmentation(_ configuration: Segmenter.Configuration, threads: Int?) -> SlurmRequest {
    let threads = threads ?? min(ThreadOptions.available, MachineShare.threadsPerJob)
    let views = Double(configuration.views)
    return SlurmRequest(
      threads: threads, memory: configuration.memoryLimit,
      secondsPerSubject: secondsForFiles + views * secondsForView / Double(threads))
  }

  /// For preprocessing scans: as above.
  static func preprocessing(correctsBias: Bool, memory: Int, threads: Int?) -> SlurmRequest {
    let threads = threads ?? min(ThreadOptions.available, MachineShare.threadsPerJob)
    let bias = correctsBias ? secondsForBiasField / Double(threads) : 0
    return SlurmRequest(threads: threads, memory: memory, secondsPerSubject: secondsForFiles + bias)
  }

  /// For N4 in a head of 1 mm on one core, where 2 s were measured on one that others used too.
  private static let secondsForBiasField = 20.0

  /// For a view of a head of 1 mm on one core without bfloat16, where 2 to 4 s were measured with it.
  private static let secondsForView = 15.0

  /// For decompressing, cleaning up and writing.
  private static let secondsForFiles = 10.0
}
