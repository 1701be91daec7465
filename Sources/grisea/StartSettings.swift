import Foundation

/// Settings of libraries that are read when these are loaded, before `main`, so that the only way to choose them is to
/// start anew. What the user has set stands.
enum StartSettings {
  private static let values = [
    // How OpenMP's threads, on which the network's primitives run, wait for work. By default they spin for
    // milliseconds. Where other programs, or our own threads that prepare patches, want the same cores, spinning takes
    // the very time that is waited for: beside two compilers a training step took six times as long. Sleeping costs
    // microseconds per primitive.
    "OMP_WAIT_POLICY": "passive",
    // In how many arenas glibc's allocator keeps what is freed. By default each thread has its own. Volumes are made
    // on one thread and freed on another, and what an arena keeps for its thread others take from the system once
    // more: three scans in a batch held 306 MB, how much changed with the threads' timing, and in one arena 237 MB in
    // the same time.
    "MALLOC_ARENA_MAX": "1",
  ]

  static func apply() {
    // Our own settings, seen after the restart, end the recursion.
    let missing = values.filter { getenv($0.key) == nil }
    guard !missing.isEmpty, missing.allSatisfy({ setenv($0.key, $0.value, 1) == 0 }) else { return }
    var arguments = CommandLine.arguments.map { strdup($0) } + [nil]
    execv(ExecutablePath.value, &arguments)
    // Where that fails the program goes on as it is, only slower in company.
    for argument in arguments { free(argument) }
  }
}
