/// A reason why work must be done, although results may exist.
public enum RunReason: Sendable, Hashable {
  /// The work was never done.
  case neverRan
  /// The arguments of the command changed.
  case argumentsChanged
  /// The model changed.
  case modelChanged
  /// The program changed. The two versions are equal for two builds of one version.
  case programChanged(from: String, to: String)
  /// The work began and did not end.
  case interrupted
  /// The work failed with this exit status.
  case failed(status: Int32)
  /// The content of an input changed.
  case inputChanged(String)
  /// An input is new.
  case inputAdded(String)
  /// An input was removed.
  case inputRemoved(String)
  /// The content of an output changed.
  case outputChanged(String)
  /// An output does not exist.
  case outputMissing(String)
  /// The user requested the work without a comparison.
  case demanded
  /// The stage declares no outputs, so that its printed text is its only result.
  case onlyPrints
}

extension RunReason {
  /// The path of the output that the reason refers to, or `nil` if it refers to no output.
  package var output: String? {
    switch self {
    case .outputChanged(let path), .outputMissing(let path): path
    default: nil
    }
  }

  /// The path of the input that the reason refers to, or `nil` if it refers to no input.
  package var input: String? {
    switch self {
    case .inputChanged(let path), .inputAdded(let path), .inputRemoved(let path): path
    default: nil
    }
  }
}

extension RunReason: CustomStringConvertible {
  /// A phrase for the status display, without a subject.
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

/// The comparison of recorded files with current files, which is the same for stages of a pipeline and scans of a
/// batch.
extension RunReason {
  /// Returns the first difference between recorded and current inputs, or `nil` if there is none.
  package static func difference(_ old: [FileRecord], _ new: [FileRecord]) -> RunReason? {
    let before = Dictionary(old.map { (NormalPath($0.path), $0.hash) }) { first, _ in first }
    let names = Set(new.map { NormalPath($0.path) })
    for file in new {
      guard let hash = before[NormalPath(file.path)] else { return .inputAdded(file.path) }
      guard file.hash == hash else {
        return file.hash == nil ? .inputRemoved(file.path) : .inputChanged(file.path)
      }
    }
    return old.first { !names.contains(NormalPath($0.path)) }.map { .inputRemoved($0.path) }
  }

  /// Returns the first output that is missing or differs from its record, or `nil` if all outputs agree.
  ///
  /// An output is hashed only if its signature differs from the cached one.
  /// - Throws: `UnreadableFile` if an output cannot be read.
  package static func loss(
    of outputs: [String], recorded: [FileRecord], hashes: inout FileHashes
  ) throws(UnreadableFile) -> RunReason? {
    let before = Dictionary(recorded.map { (NormalPath($0.path), $0.hash) }) { first, _ in first }
    for output in outputs {
      let current = try hashes.record(output)
      guard current.hash != nil else { return .outputMissing(output) }
      guard current.hash == before[NormalPath(output)] else { return .outputChanged(output) }
    }
    return nil
  }
}
