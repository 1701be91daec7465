import ArgumentParser
import Imaging
import PipelineRunner

/// `grisea inspect IMAGE…`
struct Inspect: StageCommand {
  static let configuration = CommandConfiguration(
    abstract: "Print the header, the geometry and the warnings of scans.",
    discussion: """
      Examples:
        grisea inspect sub-01_T1w.nii.gz
        grisea inspect data/*.nii.gz --json
      """)

  @Argument(help: "Scans, NIfTI or Analyze (.nii, .hdr or .img, each also .gz).")
  var images: [String]

  @Flag(help: "Print one JSON object per line and scan.")
  var json = false

  func run() throws {
    // The summary itself holds the warnings.
    InputWarnings.receive(by: nil)
    try ScanLoop(scans: images, title: "scans inspected", isSilent: true).run { image in
      let summary = ScanSummary(image)
      return [json ? try summary.json() : summary.text]
    }
  }

  func declaration() throws -> StageDeclaration { StageDeclaration(inputs: images, outputs: []) }
}
