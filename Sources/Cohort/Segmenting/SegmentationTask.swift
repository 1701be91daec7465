import Imaging
import Segmentation

/// A scan to segment, and where its results go.
public struct SegmentationTask: ScanTask {
  public var subject: BatchSubject
  public var files: SegmentationFiles
  /// How sidecars name the scan: a BIDS URI, or the file's name.
  public var source: String
  /// Why it cannot be segmented, known before it is read.
  public var fault: (any Error)?

  public init(
    subject: BatchSubject, files: SegmentationFiles, source: String, fault: (any Error)? = nil
  ) {
    self.subject = subject
    self.files = files
    self.source = source
    self.fault = fault
  }

  var inputs: [String] { ScanName.files(of: subject.scan) }
  var outputs: [String] { files.ownPaths + files.sidecars }
  var results: [String] { files.ownPaths }
}
