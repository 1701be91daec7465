import ArgumentParser
import Foundation
import Imaging
import LatentSpace
import PipelineRunner

/// `grisea encode IMAGE… --model FILE --output TSV`
struct Encode: StageCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write the latent features of maps, one row for each.",
    discussion: """
      The maps are those of `grisea register`. The model is one of `grisea train-autoencoder`, or of `grisea \
      train-classifier`, whose only feature is a probability. `grisea associate --features` reads the table.

      Example:
        grisea encode 'maps/*_probseg.nii.gz' --model ae.safetensors --output features.tsv
      """)

  @Argument(help: "Maps in the model's space: files, folders or quoted patterns.")
  var images: [String] = []

  @OptionGroup var list: ListOptions

  @Option(
    help: ArgumentHelp(
      "Use this model of `grisea train-autoencoder` or `grisea train-classifier`.", valueName: "safetensors"))
  var model: String

  @Option(name: .shortAndLong, help: ArgumentHelp("Write this table.", valueName: "tsv"))
  var output: String

  @OptionGroup var threads: ThreadOptions

  func validate() throws { try operands.validate() }

  private var operands: ImageOperands { ImageOperands(images, list: list.list, .normalizedMaps) }

  func run() throws {
    let paths = try operands.paths()
    try OutputFolder.make(forFile: output)
    let model = try LatentModel(contentsOf: model)
    let maps = try MapSet(paths, grid: model.grid)
    let features = try model.encode(maps.values, threads: threads.count)
    try FeatureTable(subjects: maps.subjects, names: model.names, features: features).write(to: output)
    print(output)
  }

  func declaration() throws -> StageDeclaration {
    StageDeclaration(
      inputs: operands.inputs + [model], inputPatterns: operands.patterns, outputs: [output])
  }
}
