import Batch
import Segmentation

extension SlurmRequest {
  /// Returns the request of segmentation tasks: the memory limit, and the seconds of a scan on slow cores.
  /// - Parameter threads: as given; `nil` where not.
  static func segmentation(_ configuration: Segmenter.Configuration, threads: Int?) -> SlurmRequest {
    let threads = threads ?? min(ThreadOptions.available, MachineShare.threadsPerJob)
    let views = Double(configuration.views)
    return SlurmRequest(
      threads: threads, memory: configuration.memoryLimit,
      secondsPerSubject: secondsForFiles + views * secondsForView / Double(threads))
  }

  /// Returns the request of preprocessing tasks, as above.
  static func preprocessing(correctsBias: Bool, memory: Int, threads: Int?) -> SlurmRequest {
    let threads = threads ?? min(ThreadOptions.available, MachineShare.threadsPerJob)
    let bias = correctsBias ? secondsForBiasField / Double(threads) : 0
    return SlurmRequest(threads: threads, memory: memory, secondsPerSubject: secondsForFiles + bias)
  }

  /// Returns the request of normalization tasks, as above.
  static func normalization(memory: Int, threads: Int?) -> SlurmRequest {
    let threads = threads ?? min(ThreadOptions.available, MachineShare.threadsPerJob)
    return SlurmRequest(
      threads: threads, memory: memory,
      secondsPerSubject: secondsForFiles + secondsForRegistration / Double(threads))
  }

  /// Returns the request of tasks that compute so many permutations each, as above.
  static func voxelwise(permutations: Int, memory: Int, threads: Int?) -> SlurmRequest {
    let threads = threads ?? min(ThreadOptions.available, MachineShare.threadsPerJob)
    return SlurmRequest(
      threads: threads, memory: memory,
      secondsPerSubject: secondsForMaps + Double(permutations) * secondsForPermutation / Double(threads))
  }

  /// The number of tasks of about ten minutes for so many permutations.
  static func voxelwiseTasks(permutations: Int) -> Int {
    let seconds = Double(permutations) * secondsForPermutation / Double(MachineShare.threadsPerJob)
    return max(1, Int((seconds / 600).rounded(.up)))
  }

  /// Seconds of a permutation of a hundred maps of 1.5 mm on one core; 0.2 s were measured on a shared core.
  private static let secondsForPermutation = 1.0

  /// Seconds until the maps of a hundred scans are read.
  private static let secondsForMaps = 120.0

  /// Seconds of a registration at 1.5 mm on one core; 8 s were measured on a shared core.
  private static let secondsForRegistration = 30.0

  /// Seconds of N4 for a head of 1 mm on one core; 2 s were measured on a shared core.
  private static let secondsForBiasField = 20.0

  /// Seconds of a view of a head of 1 mm on one core without bfloat16; 2 to 4 s were measured with bfloat16.
  private static let secondsForView = 15.0

  /// Seconds of decompression, post-processing and writing.
  private static let secondsForFiles = 10.0
}
