import ArgumentParser
import Imaging

/// One body for many scans, without a table of their states: a bad one costs a line on standard error, never the others'
/// results. Commands that people run on thousands of scans go through `Cohort`'s `Batch`.
struct ScanLoop {
  let scans: [String]
  /// What progress counts, as in `scans segmented`.
  let title: String
  let isSilent: Bool

  /// Refuses scans whose results would have one name in one folder, before any work.
  static func validateNames(_ scans: [String]) throws {
    var owners: [String: String] = [:]
    for scan in scans {
      let stem = ScanName(path: scan).stem
      if let owner = owners.updateValue(scan, forKey: stem) {
        throw ValidationError(
          "\(owner) and \(scan) would both be written as \(stem)_…; give each an --output of its own")
      }
    }
  }

  /// Reads each scan and prints the lines that `body` gives.
  ///
  /// If any failed it ends with exit code 1, after the last; `footer` is printed before, if any was done.
  func run(footer: String? = nil, _ body: (NIfTIImage) throws -> [String]) throws {
    var progress = Progress(title, total: scans.count, isSilent: isSilent)
    var failures = 0
    for (index, scan) in scans.enumerated() {
      progress.update(index)
      do {
        let image = try NIfTIImage(contentsOf: scan)
        let lines = try body(image)
        progress.clear()
        for line in lines { print(line) }
      } catch {
        failures += 1
        progress.clear()
        StandardError.print(Self.line(error, scan))
      }
    }
    if let footer, failures < scans.count { print(footer) }
    if failures > 0 { throw ExitCode.failure }
  }

  /// `file: reason` on one line; a reason that names its file, as `NIfTIError` does, is left as it is.
  private static func line(_ error: any Error, _ scan: String) -> String {
    func oneLine(_ text: String) -> String { String(text.map { $0.isNewline ? " " : $0 }) }
    let (name, reason) = (oneLine(scan), oneLine("\(error)"))
    return reason.hasPrefix(name + ": ") ? reason : "\(name): \(reason)"
  }
}
