/// Whether a stage runs, and why.
public enum StageVerdict: Sendable, Hashable {
  /// Inputs, arguments, program and outputs are as the record has them.
  case unchanged
  case runs(RunReason)
  /// Only a dry run says so: an earlier stage will make this input anew, perhaps the same as before.
  case mayRun(input: String)
}

/// Why a stage runs.
public enum RunReason: Sendable, Hashable {
  case neverRan
  case argumentsChanged
  /// With the versions before and now, which are equal for two builds of one version.
  case programChanged(from: String, to: String)
  /// It began and did not end.
  case interrupted
  case failed(status: Int32)
  case inputChanged(String)
  case inputAdded(String)
  case inputRemoved(String)
  case outputChanged(String)
  case outputMissing(String)
  /// It declares no outputs, so what it prints is all that it does.
  case onlyPrints
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

extension RunReason {
  /// The input on which the reason rests, nil where it rests on none.
  var input: String? {
    switch self {
    case .inputChanged(let path), .inputAdded(let path), .inputRemoved(let path): path
    default: nil
    }
  }
}

extension RunReason: CustomStringConvertible {
  public var description: String {
    switch self {
    case .neverRan: "never ran"
    case .argumentsChanged: "arguments changed"
    case .programChanged(let old, let new) where old == new: "program changed (another build of \(new))"
    case .programChanged(let old, let new): "program changed (\(old) to \(new))"
    case .interrupted: "was interrupted"
    case .failed(let status): "failed before (exit \(status))"
    case .inputChanged(let path): "input \(path) changed"
    case .inputAdded(let path): "input \(path) is new"
    case .inputRemoved(let path): "input \(path) is gone"
    case .outputChanged(let path): "output \(path) changed"
    case .outputMissing(let path): "output \(path) is missing"
    case .onlyPrints: "writes no files"
    }
  }
}
