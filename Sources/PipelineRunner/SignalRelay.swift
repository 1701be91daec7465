import Foundation
import Glibc
import Synchronization

/// Passes signals that stop a program on to the running stages, so that the runner ends after them and records how they
/// ended.
public enum SignalRelay {
  private static let children = Mutex<Set<pid_t>>([])
  private static let latest = Atomic<Int32>(0)
  /// The pipe through which the handler sends a signal to the thread that passes it on: a handler may write, but not
  /// lock.
  private static let mailbox = Atomic<Int32>(-1)

  /// Handles SIGINT, SIGTERM and SIGHUP for the whole process from now on; for programs, not for libraries.
  ///
  /// A signal that is ignored already (`nohup`) stays ignored.
  public static func install() {
    guard mailbox.load(ordering: .sequentiallyConsistent) < 0, openMailbox() else { return }
    for signal in [SIGINT, SIGTERM, SIGHUP] {
      var old = sigaction()
      guard sigaction(signal, nil, &old) == 0, !isIgnored(old) else { continue }
      var action = sigaction()
      action.__sigaction_handler.sa_sigaction = { signal, info, _ in
        // A terminal sends to the whole process group, the stages included: once is enough.
        SignalRelay.receive(signal, isFromTerminal: (info?.pointee.si_code ?? 0) > 0)
      }
      action.sa_flags = SA_SIGINFO | SA_RESTART
      sigaction(signal, &action, nil)
    }
  }

  /// The last signal that was received; 0 for none.
  public static var received: Int32 { latest.load(ordering: .sequentiallyConsistent) }

  /// Adds a process to which signals are passed on; a signal that was received during its start is passed on now.
  static func begin(_ process: pid_t) {
    children.withLock { _ = $0.insert(process) }
    if received != 0 { kill(process, received) }
  }

  /// Removes a process.
  static func end(_ process: pid_t) { children.withLock { _ = $0.remove(process) } }

  /// Starts the thread that passes signals on. Returns whether that succeeded.
  private static func openMailbox() -> Bool {
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { return false }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    let (outlet, inlet) = (ends[0], ends[1])
    mailbox.store(inlet, ordering: .sequentiallyConsistent)
    Thread.detachNewThread {
      var signal: UInt8 = 0
      while true {
        let count = read(outlet, &signal, 1)
        if count < 0 && errno == EINTR { continue }
        guard count == 1 else { return }
        children.withLock { for child in $0 { kill(child, Int32(signal)) } }
      }
    }
    return true
  }

  /// Handles a signal, by atomics and `write` only, which a signal handler may use.
  private static func receive(_ signal: Int32, isFromTerminal: Bool) {
    latest.store(signal, ordering: .sequentiallyConsistent)
    guard !isFromTerminal else { return }
    var byte = UInt8(truncatingIfNeeded: signal)
    _ = write(mailbox.load(ordering: .sequentiallyConsistent), &byte, 1)
  }

  private static func isIgnored(_ action: sigaction) -> Bool {
    // SIG_IGN is the pointer 1, which Swift does not import as a comparable value.
    unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == 1
  }
}
