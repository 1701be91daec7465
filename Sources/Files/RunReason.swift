/// Why work is done although there may be results of it already.
public enum RunReason: Sendable, Hashable {
  case neverRan
  case argumentsChanged
  case modelChanged
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
  /// Whether anything has changed was not asked.
  case demanded
  /// It declares no outputs, so what it prints is all that it does.
  case onlyPrints
}

extension RunReason {
  /// The input on which the reason rests, nil where it rests on none.
  package var input: String? {
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
    case .modelChanged: "model changed"
    case .programChanged(let old, let new) where old == new: "program changed (another build of \(new))"
    case .programChanged(let old, let new): "program changed (\(old) to \(new))"
    case .interrupted: "was interrupted"
    case .failed(let status): "failed before (exit \(status))"
    case .inputChanged(let path): "input \(path) changed"
    case .inputAdded(let path): "input \(path) is new"
    case .inputRemoved(let path): "input \(path) is gone"
    case .outputChanged(let path): "output \(path) changed"
    case .outputMissing(let path): "output \(path) is missing"
    case .demanded: "was asked for"
    case .onlyPrints: "writes no files"
    }
  }
}

/// What was recorded against what is there now: the one judgement for stages of a pipeline and scans of a batch.
extension RunReason {
  /// The first difference between inputs as they were and as they are; nil where there is none.
  package static func difference(_ old: [FileRecord], _ new: [FileRecord]) -> RunReason? {
    let before = Dictionary(old.map { ($0.path, $0.hash) }) { first, _ in first }
    let names = Set(new.map(\.path))
    for file in new {
      guard let hash = before[file.path] else { return .inputAdded(file.path) }
      guard file.hash == hash else {
        return file.hash == nil ? .inputRemoved(file.path) : .inputChanged(file.path)
      }
    }
    return old.first { !names.contains($0.path) }.map { .inputRemoved($0.path) }
  }

  /// The first output that is not there, or not with the content that was recorded; nil where all are.
  ///
  /// A path's content is hashed unless its signature vouches for what is known already.
  package static func loss(
    of outputs: [String], recorded: [FileRecord], hashes: inout FileHashes
  ) throws(UnreadableFile) -> RunReason? {
    let before = Dictionary(recorded.map { ($0.path, $0.hash) }) { first, _ in first }
    for output in outputs {
      let current = try hashes.record(output)
      guard current.hash != nil else { return .outputMissing(output) }
      guard current.hash == before[output] else { return .outputChanged(output) }
    }
    return nil
  }
}
