import Foundation

/// Environment variables that libraries read when they are loaded, before `main`. To set them, the program starts itself
/// again. Variables that the user has set are kept.
enum StartSettings {
  private static let values = [
    // How OpenMP's threads, on which the network's primitives run, wait for work. By default they spin for
    // milliseconds. Where other programs, or the threads that prepare patches, need the same cores, spinning delays the
    // very work that is waited for: beside two compilers a training step took six times as long. Sleeping costs
    // microseconds per primitive.
    "OMP_WAIT_POLICY": "passive",
    // The number of arenas in which glibc's allocator keeps freed memory. By default each thread has its own. Volumes
    // are allocated on one thread and freed on another, and memory in one thread's arena is not reused by the others:
    // three scans in a batch held 306 MB, varying with the threads' timing, and with one arena 237 MB in the same time.
    "MALLOC_ARENA_MAX": "1",
  ]

  /// Sets the variables that are not set, and starts the program again where there were any.
  static func apply() {
    // After the restart all are set, which ends the recursion.
    let missing = values.filter { getenv($0.key) == nil }
    guard !missing.isEmpty, missing.allSatisfy({ setenv($0.key, $0.value, 1) == 0 }) else { return }
    var arguments = CommandLine.arguments.map { strdup($0) } + [nil]
    execv(ExecutablePath.value, &arguments)
    // If that fails, the program continues without the settings, slower beside other programs.
    for argument in arguments { free(argument) }
  }
}
