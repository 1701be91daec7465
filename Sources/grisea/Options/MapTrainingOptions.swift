import ArgumentParser
import Imaging
import LatentSpace

/// What trainings on maps of a common space have in common.
struct MapTrainingOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Train on these maps, a quoted pattern of files that `grisea register` has written.",
      valueName: "pattern"))
  var images: String

  @Option(name: .shortAndLong, help: ArgumentHelp("Write this model file.", valueName: "safetensors"))
  var output: String

  @Option(help: "Take this many steps in an epoch. (default: 25)")
  var stepsPerEpoch: Int?

  func validate() throws {
    try CountOptions.check([("steps-per-epoch", stepsPerEpoch, 1_000_000_000)])
  }

  /// Reads the maps.
  /// - Throws: `NIfTIError`, `LatentError`.
  func maps() throws -> MapSet { try MapSet(ImageFiles.matches(of: images)) }
}
