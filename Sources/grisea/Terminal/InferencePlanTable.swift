import ArgumentParser
import Files
import Imaging
import Segmentation

/// What `segment --dry-run` prints: for each scan its windows and memory, and whether it can be read.
struct InferencePlanTable {
  private let segmenter: Segmenter
  private let parts: PartFinder?
  private let memory: MemoryOption

  /// - Parameters:
  ///   - parts: what finds them, where they are asked for.
  ///   - memory: the option that decides about the segmenter's limit.
  init(_ segmenter: Segmenter, parts: PartFinder?, memory: MemoryOption) {
    self.segmenter = segmenter
    self.parts = parts
    self.memory = memory
  }

  /// - Throws: `ExitCode.failure` where a scan cannot be read or does not fit, after the others.
  func print(for scans: [String]) throws {
    var isComplete = true
    Swift.print("scan\twindow\twindows\tnetwork_mb\tvolumes_mb\tpeak_mb")
    for path in scans {
      do {
        let grid = try NIfTIImage(contentsOf: path).volume.grid
        let (plan, peak) = try SegmentationBatch.need(segmenter, parts, for: grid, memory)
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
