import Foundation
import Imaging
import LatentSpace
import NeuralNetwork
import PipelineRunner
import Segmentation

extension Train {
  /// Learns a latent space of maps, and says how well it gives them back.
  func reconstruct() throws {
    let paths = ImageFiles.matches(of: list.images ?? "")
    let all = try MapSet(paths)
    let configuration = latentConfiguration
    let (training, validation) = all.split(validation: Double(list.validation) ?? 0, seed: seed.seed)
    var progress = Progress("training", total: 1000, isSilent: reporting.quiet)
    let outcome = try LatentTrainer(configuration, threads: threads.count).run(
      training: training, validation: validation
    ) { progress.update($0.step * 1000 / $0.steps, note: String(format: "loss %.4f", $0.loss)) }
    progress.finish()
    try outcome.model.write(to: output, program: "grisea \(Grisea.configuration.version)")
    print(outcome.text)
    print(output)
    if let table = outcome.log {
      try table.write(to: latentLog)
      print(latentLog)
    }
  }

  private var latentLog: String { Trainer.Files(model: output).log }

  var reconstructionDeclaration: StageDeclaration {
    StageDeclaration(
      inputPatterns: list.patterns, outputs: [output] + (maps.method == .pca ? [] : [latentLog]))
  }

  private var latentConfiguration: LatentTrainer.Configuration {
    var configuration = LatentTrainer.Configuration()
    configuration.method = maps.method
    configuration.latentSize = maps.latentSize
    configuration.epochs = recipe.epochs ?? configuration.epochs
    configuration.stepsPerEpoch = recipe.stepsPerEpoch
    configuration.validationInterval = recipe.validationInterval
    configuration.levels = recipe.network.levels ?? configuration.levels
    configuration.channels = recipe.network.channels ?? configuration.channels
    configuration.batchSize = recipe.batchSize ?? configuration.batchSize
    configuration.schedule.peak = recipe.learningRate ?? configuration.schedule.peak
    configuration.seed = seed.seed
    return configuration
  }
}
