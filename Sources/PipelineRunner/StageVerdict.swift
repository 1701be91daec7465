import Files

/// Whether a stage runs, and why.
public enum StageVerdict: Sendable, Hashable {
  /// Inputs, arguments, program and outputs are as the record has them.
  case unchanged
  case runs(RunReason)
  /// Only a dry run says so: an earlier stage will make this input anew, perhaps the same as before.
  case mayRun(input: String)
}

extension StageVerdict: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unchanged: "unchanged"
    case .runs(let reason): "would run: \(reason)"
    case .mayRun(let input): "may run: input \(input) will be made anew"
    }
  }
}
