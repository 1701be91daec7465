import Foundation
import Glibc

/// A stage as a process of its own, as the shell would start it: same folder, same standard streams, same
/// process group, so that Ctrl-C in a terminal reaches it directly.
///
/// Foundation's `Process` is not used because it moves the child to a new process group, away from the
/// terminal's.
enum StageProcess {
  /// Runs to the end; the result is the exit status as the shell counts it.
  ///
  /// Throws `notStarted` where the system refuses.
  static func run(
    _ executable: String, arguments: [String], environment: [String: String]
  ) throws(PipelineError) -> Int32 {
    var argv = ([executable] + arguments).map { strdup($0) } + [nil]
    var variables = environment.map { strdup("\($0)=\($1)") } + [nil]
    defer { for text in argv + variables { free(text) } }
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // A child inherits its parent thread's mask, and the threads of Dispatch, on which asynchronous code runs,
    // block most signals: Ctrl-C would not stop the stage.
    var noSignals = sigset_t()
    sigemptyset(&noSignals)
    posix_spawnattr_setsigmask(&attributes, &noSignals)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
    var child: pid_t = 0
    let code = posix_spawn(&child, executable, nil, &attributes, &argv, &variables)
    guard code == 0 else { throw .notStarted(executable: executable, code: code) }
    SignalRelay.begin(child)
    defer { SignalRelay.end() }
    var status: Int32 = 0
    while waitpid(child, &status, 0) < 0 && errno == EINTR {}
    let signal = status & 0x7f  // WTERMSIG, a macro that Swift does not see
    return signal == 0 ? (status >> 8) & 0xff : 128 + signal
  }
}
