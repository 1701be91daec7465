import ArgumentParser
import Files
import Foundation
import Imaging
import Morphometry
import Numerics
import PipelineRunner

/// `grisea template IMAGE… --output DIR`
struct BuildTemplate: StageCommand, ReportingCommand {
  static let configuration = CommandConfiguration(
    commandName: "template",
    abstract: "Make a template of gray and white matter from the scans of a group.",
    discussion: """
      The scans are laid onto the built-in template by affine transforms, and averaged. In each of three rounds they are \
      registered to the average, softer from round to round, and averaged again in their mean shape. The last average is \
      laid onto MNI152NLin2009aSym, so that coordinates can be reported. The folder is a --template of `grisea normalize`.

      Example:
        grisea template 'derivatives/sub-*/anat/*_label-GM_probseg.nii.gz' --subset 40 --output derivatives/tpl-cohort
      """)

  @Argument(help: "Gray matter maps with white matter maps beside them: files, folders or quoted patterns.")
  var images: [String] = []

  @OptionGroup var list: ListOptions

  @Option(help: "Use this many of the scans, at equal steps through their list. (default: all)")
  var subset: Int?

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "Write the template to this folder, whose name is tpl-NAME. It is created if it does not exist.",
      valueName: "tpl-name"))
  var output: String

  @OptionGroup var threads: ThreadOptions
  @OptionGroup var reporting: ReportingOptions

  func validate() throws {
    try operands.validate()
    if let subset, subset < 2 { throw ValidationError("--subset \(subset): needed a number of at least 2") }
    let name = output.lastComponent
    let label = name.dropFirst(4)
    let isPlain = label.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) }
    guard name.hasPrefix("tpl-"), !label.isEmpty, isPlain else {
      throw ValidationError("--output \(output): needed a folder such as tpl-cohort")
    }
  }

  private var operands: ImageOperands { ImageOperands(images, list: list.list, .grayMatterMaps) }

  /// The paths of gray and white matter of the template.
  private var files: [String] {
    ["GM", "WM"].map { output.joined("\(output.lastComponent)_res-1p5_label-\($0)_probseg.nii.gz") }
  }

  func run() throws {
    let found = try operands.paths()
    let count = min(subset ?? found.count, found.count)
    let maps = (0..<count).map { found[$0 * found.count / count] }
    try OutputFolder.make(output)
    let builder = TemplateBuilder(standard: try StandardTemplate().maps)
    var progress = Progress(
      "registrations", total: count * (builder.stiffness.count + 1), isSilent: reporting.quiet)
    var done = 0
    let template = try ParallelLoop.limited(to: threads.count) {
      try builder(
        count: count,
        progress: { round, _ in
          done += 1
          progress.update(done, note: round == 0 ? "affine" : "round \(round)")
        },
        head: { number throws(any Error) in
          guard let white = NormalizationFiles.white(beside: maps[number]) else {
            throw NormalizationError.noWhiteMatter(gray: maps[number])
          }
          return try TissueMaps(gray: maps[number], white: white)
        })
    }
    progress.finish()
    guard let template else { throw NormalizationError.noTissue(path: maps[0]) }
    try template.gray.write(to: files[0])
    try template.white.write(to: files[1])
    for (file, tissue) in zip(files, ["gray", "white"]) {
      let text = [
        "Description":
          "Mean probability of \(tissue) matter of \(count) scans in the space of \(StandardTemplate.space)",
        "Resolution": "1.5 mm isotropic", "Program": "grisea \(Grisea.configuration.version)",
      ]
      try AtomicFile.write(JSONText.readable(text), to: NormalizationFiles.sidecar(of: file))
    }
    print(files.joined(separator: "\n"))
  }

  func declaration() throws -> StageDeclaration {
    StageDeclaration(
      inputs: operands.inputs, inputPatterns: operands.patterns,
      outputs: files + files.map(NormalizationFiles.sidecar))
  }
}
