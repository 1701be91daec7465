import ArgumentParser
import Foundation
import Imaging
import LatentSpace
import PipelineRunner

/// `grisea encode IMAGE… --model FILE --output TSV`
struct Encode: StageCommand {
  static let configuration = CommandConfiguration(
    abstract: "Writes the latent features of maps, one row for each.",
    discussion: """
      Maps are those of `grisea register`, and the model one of `grisea train --task reconstruction`. The table begins \
      with participant_id and is what `grisea associate --features` takes.
      """)

  @Argument(help: "Maps in the model's space, or quoted patterns of them.")
  var images: [String]

  @Option(
    help: ArgumentHelp(
      "A model of a latent space, or of --task classification, whose feature is a probability.",
      valueName: "safetensors"))
  var model: String

  @Option(name: .shortAndLong, help: ArgumentHelp("Table to write.", valueName: "tsv"))
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
