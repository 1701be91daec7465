/// A T1-weighted scan of a dataset, or what stands in a participant's place where there is none to segment.
public struct BIDSScan: Hashable, Sendable {
  /// What is to be done about it.
  public enum State: Hashable, Sendable {
    case usable
    /// Nothing, and nothing is wrong.
    case passedOver(String)
    case faulty(BIDSFault)
  }

  /// `sub-01`, by the folder.
  public let participant: String
  /// `sub-01/anat`, below the dataset's folder.
  public let folder: String
  /// Below the dataset's folder.
  public let path: String
  /// `sub-01_run-1`: what the names of its derivatives begin with.
  public let stem: String
  public let state: State
}

/// Why a scan of a dataset cannot be segmented.
public enum BIDSFault: Error, Hashable, Sendable {
  case name(BIDSNameError)
  /// An entity of the name, as it should be by the folder.
  case elsewhere(found: String, needed: String)
  /// Another file whose derivatives would have the same names.
  case twin(String)
  case folder(reason: String)
}

extension BIDSFault: CustomStringConvertible {
  public var description: String {
    switch self {
    case .name(let error): "\(error)"
    case .elsewhere(let found, let needed): "lies in a folder of \(needed), and its name says \(found)"
    case .twin(let other): "its results would have the names of those of \(other); keep one of the two"
    case .folder(let reason): "cannot be read: \(reason)"
    }
  }
}
