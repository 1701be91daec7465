import ArgumentParser
import Imaging
import Segmentation

/// What `segment --dry-run` prints: for each scan its windows and memory, and whether it can be read.
struct InferencePlanTable {
  private let segmenter: Segmenter
  private let isSilent: Bool

  init(_ segmenter: Segmenter, isSilent: Bool) {
    self.segmenter = segmenter
    self.isSilent = isSilent
  }

  /// - Throws: `ExitCode.failure` where a scan cannot be read or does not fit, after the others.
  func print(for scans: [String]) throws {
    var isComplete = true
    Swift.print("scan\twindow\twindows\tnetwork_mb\tvolumes_mb\tpeak_mb")
    for path in scans {
      do {
        let plan = try segmenter.plan(for: NIfTIImage(contentsOf: path).volume.grid)
        let window = "\(plan.window.x)x\(plan.window.y)x\(plan.window.z)"
        let sizes = [plan.networkByteCount, plan.volumeByteCount, plan.peakByteCount].map { $0 / 1_000_000 }
        Swift.print(
          "\(path)\t\(window)\t\(plan.windowCount)\t"
            + sizes.map(String.init).joined(separator: "\t"))
      } catch {
        isComplete = false
        StandardError.print("\(path): \(error)")
      }
    }
    if !isComplete { throw ExitCode.failure }
  }
}
