import ArgumentParser
import Cohort
import NeuralNetwork

/// What a training on maps of a common space learns.
struct MapTrainingOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Of --task reconstruction: autoencoder, variational, or pca, principal components.",
      valueName: "method"))
  var method = LatentTrainer.Configuration.Method.autoencoder

  @Option(help: "Of --task reconstruction: how many features stand for a map.")
  var latentSize = 32

  func validate() throws {
    guard latentSize > 0 else { throw ValidationError("--latent-size \(latentSize): needed at least 1") }
  }
}

extension LatentTrainer.Configuration.Method: ExpressibleByArgument {}
