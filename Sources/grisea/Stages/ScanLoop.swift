import ArgumentParser
import Batch
import Imaging

/// A loop over scans without a table of states: a scan that fails costs a line on standard error, never the others'
/// results. Commands for thousands of scans use `Batch` instead.
struct ScanLoop {
  let scans: [String]
  /// What progress counts, such as `scans inspected`.
  let title: String
  let isSilent: Bool

  /// Refuses scans whose results would have the same name in one folder.
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

  /// Reads each scan and prints the lines that `body` returns for it.
  /// - Throws: exit code 1, after the last scan, where any failed.
  func run(_ body: (NIfTIImage) throws -> [String]) throws {
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
        StandardError.print(FileMessage(error, path: scan).line)
      }
    }
    if failures > 0 { throw ExitCode.failure }
  }
}
