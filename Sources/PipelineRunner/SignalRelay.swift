import Glibc
import Synchronization

/// Passes the signals that ask a program to stop on to the running stage, so that the runner outlives it,
/// records how it ended, and stops then.
public enum SignalRelay {
  private static let child = Atomic<Int32>(0)
  private static let latest = Atomic<Int32>(0)

  /// Takes over SIGINT, SIGTERM and SIGHUP for the whole process; hence for a program to call, not a library.
  ///
  /// A signal that is ignored already (`nohup`) stays so.
  public static func install() {
    _ = (child.load(ordering: .relaxed), received)  // initialised here, and not inside a signal handler
    for signal in [SIGINT, SIGTERM, SIGHUP] {
      var old = sigaction()
      guard sigaction(signal, nil, &old) == 0, !isIgnored(old) else { continue }
      var action = sigaction()
      action.__sigaction_handler.sa_sigaction = { signal, info, _ in
        // A terminal sends to the whole process group, the stage included: once is enough.
        SignalRelay.receive(signal, isFromTerminal: (info?.pointee.si_code ?? 0) > 0)
      }
      action.sa_flags = SA_SIGINFO | SA_RESTART
      sigaction(signal, &action, nil)
    }
  }

  /// The last signal that came, 0 for none.
  static var received: Int32 { latest.load(ordering: .sequentiallyConsistent) }

  /// Names the process to which signals go; one that came while it was being started is passed on now.
  static func begin(_ process: pid_t) {
    child.store(process, ordering: .sequentiallyConsistent)
    if received != 0 { kill(process, received) }
  }

  static func end() { child.store(0, ordering: .sequentiallyConsistent) }

  /// Only atomics and `kill`, both of which a signal handler may use.
  private static func receive(_ signal: Int32, isFromTerminal: Bool) {
    latest.store(signal, ordering: .sequentiallyConsistent)
    let process = child.load(ordering: .sequentiallyConsistent)
    if process != 0 && !isFromTerminal { kill(process, signal) }
  }

  private static func isIgnored(_ action: sigaction) -> Bool {
    // SIG_IGN is the pointer 1, which Swift does not import as a comparable value.
    unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == 1
  }
}
