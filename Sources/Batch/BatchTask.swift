import Files

/// A subject, and what is to be done about it.
public struct BatchTask: Sendable {
  public enum Plan: Sendable, Hashable {
    case runs(RunReason)
    /// Nothing, for this reason; `lines` are the results that are there already.
    case skips(reason: String, lines: [String])
  }

  public let subject: BatchSubject
  public let plan: Plan
  /// Of results that are there already, as in `BatchProducts`.
  public var doubt: String?

  public init(_ subject: BatchSubject, _ plan: Plan, doubt: String? = nil) {
    self.subject = subject
    self.plan = plan
    self.doubt = doubt
  }

  var runs: Bool {
    if case .runs = plan { true } else { false }
  }
}
