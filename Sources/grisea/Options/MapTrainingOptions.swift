import ArgumentParser
import LatentSpace
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

  @Option(
    help: ArgumentHelp(
      "Of --task classification: what is known of the participants; several tables when given again.",
      valueName: "tsv"))
  var participants: [String] = []

  @Option(help: ArgumentHelp("Of --task classification: the column of two classes.", valueName: "column"))
  var target: String?

  @Option(
    help: ArgumentHelp(
      "Of --task classification: the column of what is never in training and test at once (default: the participant).",
      valueName: "column"))
  var group: String?

  @Option(
    help: "Of --task classification: permutations of the target, each as long as the training of all folds.")
  var permutations = 0

  @Option(help: .hidden)
  var covariates: String?

  func checkClassification() throws {
    guard !participants.isEmpty, target != nil else {
      throw ValidationError("--task classification: needed --participants and --target")
    }
  }

  func validate() throws {
    if let covariates {
      throw ValidationError(
        "--covariates \(covariates): networks see maps and nothing else; `grisea associate --covariates` takes them out "
          + "of features, inside the folds")
    }
    guard permutations >= 0 else {
      throw ValidationError("--permutations \(permutations): needed a number of at least 0")
    }
    guard latentSize > 0 else { throw ValidationError("--latent-size \(latentSize): needed at least 1") }
  }
}

extension LatentTrainer.Configuration.Method: ExpressibleByArgument {}
