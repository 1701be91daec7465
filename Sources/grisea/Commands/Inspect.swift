import ArgumentParser
import Batch
import Imaging
import PipelineRunner

/// `grisea inspect IMAGE…`
struct Inspect: StageCommand {
  static let configuration = CommandConfiguration(
    abstract: "Print the header, the geometry and the warnings of scans.",
    discussion: """
      Examples:
        grisea inspect sub-01_T1w.nii.gz
        grisea inspect data --json
      """)

  @Argument(
    help:
      "Scans: files (NIfTI, Analyze or MGH: .nii, .hdr, .img, .mgz or .mgh, each also .gz), folders or quoted patterns."
  )
  var images: [String] = []

  @OptionGroup var list: ListOptions

  @Flag(help: "Print one JSON object per line and scan.")
  var json = false

  func validate() throws { try operands.validate() }

  private var operands: ImageOperands { ImageOperands(images, list: list.list, .scans) }

  func run() throws {
    // The summary itself holds the warnings.
    InputWarnings.receive(by: nil)
    let items = try operands.paths().map { WorkList.Item(subject: "", operand: $0) }
    try ScanLoop(items: items, title: "scans inspected", isSilent: true).run { image, _ in
      let summary = ScanSummary(image)
      return [json ? try summary.json() : summary.text]
    }
  }

  func declaration() throws -> StageDeclaration {
    StageDeclaration(inputs: operands.inputs, inputPatterns: operands.patterns, outputs: [])
  }
}
