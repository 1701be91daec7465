import Batch
import Imaging

/// A scan to preprocess, and where the result goes.
struct PreprocessingTask: ScanTask {
  let subject: BatchSubject
  let result: String
  private(set) var mask: String?
  private(set) var fault: (any Error)?

  init(scan: String, folder: String, masks: ScanMasks?) {
    let name = ScanName(path: scan)
    subject = BatchSubject(name: name.stem, scan: scan)
    result = name.preprocessed(in: folder)
    do {
      mask = try masks?.path(for: scan)
    } catch {
      fault = error
    }
  }

  var scanFiles: [String] { ScanName.files(of: subject.scan) }
  var inputs: [String] { scanFiles + (mask.map(ScanName.files) ?? []) }
  var outputs: [String] { [result] }
  var results: [String] { outputs }
}
