import Foundation
import Glibc

/// Runs a stage as a process, as the shell would: in the same folder, with the same standard streams unless there is a log,
/// and in the same process group, so that Ctrl-C in a terminal reaches it directly.
///
/// Foundation's `Process` is not used because it moves the child to a new process group, away from the
/// terminal's.
enum StageProcess {
  /// How a stage ended.
  struct End {
    /// The exit status as the shell counts it.
    var status: Int32
    /// Bytes that it held at most, as the system reports them.
    var peakByteCount: Int
  }

  /// Runs a process and waits for its end.
  /// - Parameter log: a file to which standard output and standard error are appended.
  /// - Throws: `PipelineError.notStarted`.
  static func run(
    _ executable: String, arguments: [String], environment: [String: String], log: String? = nil
  ) throws(PipelineError) -> End {
    let child = try start(executable, arguments: arguments, environment: environment, log: log)
    SignalRelay.begin(child)
    defer { SignalRelay.end(child) }
    var status: Int32 = 0
    var use = rusage()
    while wait4(child, &status, 0, &use) < 0 && errno == EINTR {}
    let signal = status & 0x7f  // WTERMSIG, a macro that Swift does not see
    return End(
      status: signal == 0 ? (status >> 8) & 0xff : 128 + signal, peakByteCount: Int(use.ru_maxrss) * 1024)
  }

  private static func start(
    _ executable: String, arguments: [String], environment: [String: String], log: String?
  ) throws(PipelineError) -> pid_t {
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
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    if let log {
      posix_spawn_file_actions_addopen(
        &actions, STDOUT_FILENO, log, O_WRONLY | O_CREAT | O_APPEND, 0o666)
      posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO)
    }
    var child: pid_t = 0
    let code = posix_spawn(&child, executable, &actions, &attributes, &argv, &variables)
    guard code == 0 else { throw .notStarted(executable: executable, code: code) }
    return child
  }
}
