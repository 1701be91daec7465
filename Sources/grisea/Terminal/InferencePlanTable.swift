import ArgumentParser
import Batch
import Files
import Imaging
import Segmentation

/// The table that `segment --dry-run` prints: the windows and the memory of each scan.
struct InferencePlanTable {
  private let segmenter: Segmenter
  private let structures: StructureFinder?
  private let memory: MemoryOption

  /// Creates the table of a recipe.
  /// - Parameter memory: the option that decides the recipe's memory limit.
  /// - Throws: `EngineError`.
  init(
    _ recipe: SegmentationRecipe, model: SegmentationModel, threads: Int, memory: MemoryOption
  ) throws {
    segmenter = try Segmenter(model, recipe.configuration, threads: threads)
    structures =
      recipe.outputs.dividesTissues
      ? try StructureFinder(precision: recipe.configuration.precision, threads: threads) : nil
    self.memory = memory
  }

  /// Prints a row for each scan.
  /// - Throws: `ExitCode.failure`, after the last row, where a scan cannot be read or does not fit.
  func print(for scans: [String]) throws {
    var isComplete = true
    Swift.print("scan\twindow\twindows\tnetwork_mb\tvolumes_mb\tpeak_mb")
    for path in scans {
      do {
        let grid = try NIfTIImage(contentsOf: path).volume.grid
        let (plan, peak) = try SegmentationStage.need(segmenter, structures, for: grid, memory)
        let window = "\(plan.window.x)x\(plan.window.y)x\(plan.window.z)"
        let sizes = [plan.networkByteCount, plan.volumeByteCount, peak].map { $0 / 1_000_000 }
        Swift.print(
          "\(path)\t\(window)\t\(plan.windowCount)\t"
            + sizes.map(String.init).joined(separator: "\t"))
      } catch {
        isComplete = false
        StandardError.print(FileMessage(error, path: path).line)
      }
    }
    if !isComplete { throw ExitCode.failure }
  }
}
