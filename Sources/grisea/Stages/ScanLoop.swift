import ArgumentParser
import Batch
import Imaging

/// A loop over scans without a table of states: a scan that fails costs a line on standard error, never the others'
/// results. Commands for thousands of scans use `Batch` instead.
struct ScanLoop {
  let items: [WorkList.Item]
  /// What progress counts, such as `scans inspected`.
  let title: String
  let isSilent: Bool

  /// Reads each scan and prints the lines that `body` returns for it.
  /// - Throws: exit code 1, after the last scan, where any failed.
  func run(_ body: (NIfTIImage, WorkList.Item) throws -> [String]) throws {
    var progress = Progress(title, total: items.count, isSilent: isSilent)
    var failures = 0
    for (index, item) in items.enumerated() {
      progress.update(index)
      do {
        let lines = try body(try NIfTIImage(contentsOf: item.operand), item)
        progress.clear()
        for line in lines { print(line) }
      } catch {
        failures += 1
        progress.clear()
        StandardError.print(FileMessage(error, path: item.operand).line)
      }
    }
    if failures > 0 { throw ExitCode.failure }
  }
}
