import Batch
import Imaging
import Segmentation

/// A scan to segment, and where its results go.
struct SegmentationTask: ScanTask {
  var subject: BatchSubject
  var files: SegmentationFiles
  /// How sidecars name the scan: a BIDS URI, or the file's name.
  var source: String
  /// Why it cannot be segmented, known before it is read.
  var fault: (any Error)?

  init(
    subject: BatchSubject, files: SegmentationFiles, source: String, fault: (any Error)? = nil
  ) {
    self.subject = subject
    self.files = files
    self.source = source
    self.fault = fault
  }

  var scanFiles: [String] { ScanName.files(of: subject.scan) }
  var inputs: [String] { scanFiles }
  var outputs: [String] { files.ownPaths + files.sidecars }
  var results: [String] { files.ownPaths }
}
