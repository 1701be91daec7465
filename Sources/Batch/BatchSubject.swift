/// One scan of a batch.
public struct BatchSubject: Hashable, Sendable {
  /// What tables call it, as in `sub-01_ses-2`; each subject of a batch has another.
  public let name: String
  /// The scan's file, as typed.
  public let scan: String

  public init(name: String, scan: String) {
    self.name = name
    self.scan = scan
  }
}
