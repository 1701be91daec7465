import ArgumentParser
import Foundation
import Imaging

/// `grisea inspect IMAGE…`
struct Inspect: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Shows what a scan's header says, where its voxels lie, and what is doubtful about it.")

  @Argument(help: "NIfTI files (.nii, .nii.gz).")
  var images: [String]

  @Flag(help: "Print one JSON object per scan and line.")
  var json = false

  func run() throws {
    try Batch.run(images) { path in
      let summary = ScanSummary(try NIfTIImage(contentsOf: path))
      print(json ? try summary.json() : summary.text)
    }
  }
}
