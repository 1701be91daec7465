import Foundation

/// How OpenMP's threads, on which the network's primitives run, wait for work.
///
/// By default they spin for milliseconds. Where other programs, or our own threads that prepare patches, want the
/// same cores, spinning takes the very time that is waited for: beside two compilers a training step took six
/// times as long. Sleeping costs microseconds per primitive. OpenMP reads the setting when it is loaded, before
/// `main`, so the only way to choose it is to start anew.
enum ThreadWaiting {
  static func sleepInsteadOfSpinning() {
    let name = "OMP_WAIT_POLICY"
    // A user's own choice stands; our own, seen after the restart, ends the recursion.
    guard getenv(name) == nil, let program = Bundle.main.executablePath, setenv(name, "passive", 1) == 0
    else {
      return
    }
    var arguments = CommandLine.arguments.map { strdup($0) } + [nil]
    execv(program, &arguments)
    // Where that fails the program goes on as it is, only slower in company.
    for argument in arguments { free(argument) }
  }
}
