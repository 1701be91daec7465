import Synchronization

/// The process-wide receiver of warnings about input files.
///
/// Each reader reports its warnings here as soon as a file has been read and before anything else can fail. The
/// receiver belongs to the process, because warnings that were passed from call to call were forgotten by some
/// commands.
public enum InputWarnings {
  /// A function that is called with the path of a file, as the user gave it, and a warning: a `NIfTIWarning` or another
  /// value whose description is a sentence.
  public typealias Receiver = @Sendable (_ path: String, _ warning: any CustomStringConvertible) -> Void

  private struct State {
    var receiver: Receiver?
    var reported: Set<[String]> = []
  }

  private static let state = Mutex(State())

  /// Sets the receiver, or removes it with `nil`.
  ///
  /// The receiver is called once for each warning about each file, on the thread that reads the file. Calls do not
  /// overlap.
  public static func receive(by receiver: Receiver?) {
    state.withLock { $0 = State(receiver: receiver) }
  }

  /// Reports warnings about a file. A warning that was reported before is ignored, because files can be read twice.
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
