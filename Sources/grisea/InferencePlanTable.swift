import ArgumentParser
import Imaging
import Segmentation

/// What `segment --dry-run` prints: for each scan its windows and memory, and whether it can be read.
struct InferencePlanTable {
  private let segmenter: Segmenter
  private let parts: PartFinder?
  private let isSilent: Bool

  /// - Parameter parts: what finds them, where they are asked for.
  init(_ segmenter: Segmenter, parts: PartFinder?, isSilent: Bool) {
    self.segmenter = segmenter
    self.parts = parts
    self.isSilent = isSilent
  }

  /// - Throws: `ExitCode.failure` where a scan cannot be read or does not fit, after the others.
  func print(for scans: [String]) throws {
    var isComplete = true
    Swift.print("scan\twindow\twindows\tnetwork_mb\tvolumes_mb\tpeak_mb")
    for path in scans {
      do {
        let grid = try NIfTIImage(contentsOf: path).volume.grid
        let plan = try segmenter.plan(for: grid)
        let peak = try parts?.peakByteCount(for: grid, after: plan) ?? plan.peakByteCount
        let window = "\(plan.window.x)x\(plan.window.y)x\(plan.window.z)"
        let sizes = [plan.networkByteCount, plan.volumeByteCount, peak].map { $0 / 1_000_000 }
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
