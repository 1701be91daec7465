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

  @Argument(help: "Maps in the model's space, or quoted patterns of them.")
  var images: [String]

  @Option(
    help: ArgumentHelp(
      "Use this model of `grisea train-autoencoder` or `grisea train-classifier`.", valueName: "safetensors"))
  var model: String

  @Option(name: .shortAndLong, help: ArgumentHelp("Write this table.", valueName: "tsv"))
  var output: String

  @OptionGroup var threads: ThreadOptions

  func run() throws {
    try OutputFolder.check(forFile: output)
    let model = try LatentModel(contentsOf: model)
    let maps = try MapSet(MapPaths(images).found(), grid: model.grid)
    let features = try model.encode(maps.values, threads: threads.count)
    try FeatureTable(subjects: maps.subjects, names: model.names, features: features).write(to: output)
    print(output)
  }

  func declaration() throws -> StageDeclaration {
    let paths = MapPaths(images)
    return StageDeclaration(
      inputs: paths.words + [model], inputPatterns: paths.patterns, outputs: [output])
  }
}
