import Synchronization

/// Where warnings about files that are read go: one place for all commands.
///
/// Each reader reports here, when it has read a file and before anything else can fail. The receiver belongs to the
/// process, like the number of its threads: where warnings were handed from call to call, commands forgot them.
public enum InputWarnings {
  /// Called with the file, as it was named, and what is doubtful about it: a `NIfTIWarning` or another value whose
  /// description says so.
  public typealias Receiver = @Sendable (_ path: String, _ warning: any CustomStringConvertible) -> Void

  private struct State {
    var receiver: Receiver?
    var reported: Set<[String]> = []
  }

  private static let state = Mutex(State())

  /// From now on calls `receiver` once for each warning about each file, on the thread that reads it; calls do not
  /// overlap. Without a receiver warnings are not reported.
  public static func receive(by receiver: Receiver?) {
    state.withLock { $0 = State(receiver: receiver) }
  }

  /// Reports warnings about a file. One that has been reported already, as a file is read twice, is left out.
  public static func report(_ warnings: [some CustomStringConvertible], in path: String) {
    guard !warnings.isEmpty else { return }
    state.withLock { state in
      guard let receiver = state.receiver else { return }
      for warning in warnings where state.reported.insert([path, warning.description]).inserted {
        receiver(path, warning)
      }
    }
  }
}
