import ArgumentParser
import Imaging
import PipelineRunner

/// `grisea inspect IMAGE…`
struct Inspect: StageCommand {
  static let configuration = CommandConfiguration(
    abstract: "Shows what a scan's header says, where its voxels lie, and what is doubtful about it.")

  @Argument(help: "NIfTI or Analyze files (.nii, .hdr or .img, each also .gz).")
  var images: [String]

  @Flag(help: "Print one JSON object per scan and line.")
  var json = false

  func run() throws {
    // The summary itself tells what is doubtful.
    InputWarnings.receive(by: nil)
    try ScanLoop(scans: images, title: "scans inspected", isSilent: true).run { image in
      let summary = ScanSummary(image)
      return [json ? try summary.json() : summary.text]
    }
  }

  func declaration() throws -> StageDeclaration { StageDeclaration(inputs: images, outputs: []) }
}
