import Dispatch
import Foundation

/// Reports an interruption (Ctrl-C, `kill`, a closed terminal) before it ends the process.
enum Interruption {
  /// Calls a function when a signal is about to end the process, which then ends as it would have without. A signal that is
  /// ignored already (`nohup`) stays ignored.
  static func report(_ body: @escaping @Sendable () -> Void) {
    for number in [SIGINT, SIGTERM, SIGHUP] {
      var old = sigaction()
      // SIG_IGN is the pointer 1, which Swift does not import as a comparable value.
      guard sigaction(number, nil, &old) == 0,
        unsafeBitCast(old.__sigaction_handler.sa_handler, to: Int.self) != 1
      else { continue }
      // The source receives a signal only where the process does not end by it.
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler {
        body()
        signal(number, SIG_DFL)
        // Threads of Dispatch block signals, and so do processes that were started on one: unblocked here, the signal
        // ends the process at once.
        var set = sigset_t()
        sigemptyset(&set)
        sigaddset(&set, number)
        pthread_sigmask(SIG_UNBLOCK, &set, nil)
        raise(number)
        // The handler keeps the source until the process ends.
        withExtendedLifetime(source) {}
      }
      source.resume()
    }
  }
}
