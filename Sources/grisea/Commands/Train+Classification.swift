import Evaluation
import Files
import Foundation
import Imaging
import LatentSpace
import PipelineRunner
import Segmentation
import Statistics

extension Train {
  /// Learns to tell two classes of participants apart, and says by cross-validation how well.
  func classify() throws {
    let images = try MapSet(ImageFiles.matches(of: list.images ?? ""))
    let classification = try MapClassification(
      images, participants: maps.participants.map { try DataTable(contentsOf: $0) },
      target: maps.target ?? "", group: maps.group, settings: settings, configuration: configuration,
      threads: threads.count)
    var progress = Progress(
      "networks trained", total: classification.trainingCount, isSilent: reporting.quiet)
    let outcome = try classification.run { progress.update($0) }
    progress.finish()
    try outcome.saliency.write(to: saliencyPath)
    let written = try outcome.report.write(to: scoresPath)
    try outcome.model.write(to: output, program: "grisea \(Grisea.configuration.version)")
    print(outcome.report.text)
    print(([output, saliencyPath] + written).joined(separator: "\n"))
  }

  private var settings: Association.Settings {
    var settings = Association.Settings()
    settings.permutations = maps.permutations
    settings.validation.folds = folds ?? settings.validation.folds
    settings.validation.seed = seed.seed
    settings.resampling = Resampling(seed: seed.seed, count: settings.resampling.count)
    return settings
  }

  private var configuration: ClassifierTraining.Configuration {
    var configuration = ClassifierTraining.Configuration()
    configuration.epochs = recipe.epochs ?? configuration.epochs
    configuration.stepsPerEpoch = recipe.stepsPerEpoch
    configuration.batchSize = recipe.batchSize ?? configuration.batchSize
    configuration.schedule.peak = recipe.learningRate ?? configuration.schedule.peak
    configuration.seed = seed.seed
    return configuration
  }

  private var stem: String { (output as NSString).deletingPathExtension }
  private var scoresPath: String { stem + "_scores.tsv" }
  private var saliencyPath: String { stem + "_saliency.nii.gz" }

  var classificationDeclaration: StageDeclaration {
    StageDeclaration(
      inputs: maps.participants, inputPatterns: list.patterns,
      outputs: [
        output, saliencyPath, scoresPath, AssociationReport.jsonPath(beside: scoresPath),
      ])
  }
}
