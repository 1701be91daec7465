/// A scan of a batch: what its results follow from, and where they go.
package protocol ScanTask: Sendable {
  var subject: BatchSubject { get }
  /// The files of the scan itself.
  var scanFiles: [String] { get }
  /// All files that are read for this scan alone, its own first.
  var inputs: [String] { get }
  /// All files that are this scan's alone.
  var outputs: [String] { get }
  /// Those of them that are told.
  var results: [String] { get }
  /// Why it cannot be done, known before it is read.
  var fault: (any Error)? { get }
}
