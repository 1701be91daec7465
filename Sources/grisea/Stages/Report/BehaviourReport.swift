import Evaluation
import Files
import Foundation
import Imaging
import LatentSpace
import NeuralNetwork
import Reports
import Statistics

/// The section of a report about brain and behaviour: the scores of each target from the features and from the baselines,
/// the predictions, the null distributions, and maps of the brain.
struct BehaviourReport {
  private let association: AssociationReport
  private var pictures: [String: [ReportPicture]] = [:]
  private var training: TrainingCurves?

  /// Reads the results of an association.
  /// - Parameter path: the table that `associate` has written, or the JSON beside it.
  /// - Throws: `ReportError.unreadable`, `.noAssociation`.
  init(contentsOf path: String) throws(ReportError) {
    let json = AssociationReport.jsonPath(beside: path)
    let data: Data
    do {
      data = try Data(contentsOf: URL(filePath: json))
    } catch {
      throw .unreadable(path: json, reason: error.systemReason)
    }
    guard let association = try? JSONDecoder().decode(AssociationReport.self, from: data),
      !association.results.isEmpty
    else { throw .noAssociation(path: json) }
    self.association = association
  }

  /// The predicted measures.
  var targets: [String] { association.grouped.map(\.0) }

  /// Adds the maps of `reconstruct --changes` for each target, over a template, and those of `reconstruct --saliency`
  /// where the folder has any.
  /// - Throws: `ReportError.noChanges` where no target has a map, `NIfTIError`, `EvaluationError`.
  mutating func show(changesIn folder: String, over template: String) throws {
    let brain = try NIfTIImage(contentsOf: template).volume
    let files = LatentMapFiles(folder: folder)
    for (target, own) in association.grouped {
      for (path, shows) in [
        (files.change(target), ChangeFigure.Content.change), (files.saliency(target), .saliency),
      ]
      where FileManager.default.fileExists(atPath: path) {
        let picture = ChangeFigure(
          shows, target: target, isBeyondChance: AssociationVerdict(own).isBeyondChance,
          values: try NIfTIImage(contentsOf: path).volume)
        pictures[target, default: []].append(try picture.content(over: brain))
      }
    }
    guard !pictures.isEmpty else { throw ReportError.noChanges(folder: folder, targets: targets) }
  }

  /// Adds the curves of the latent model's training.
  /// - Throws: `ReportError.unreadable`, `.noTrainingLog`.
  mutating func show(trainingLog path: String) throws(ReportError) {
    training = try TrainingCurves(contentsOf: path)
  }

  var section: ReportSection {
    var content: [any ReportContent] = [ReportParagraph(introduction), table]
    content += association.grouped.map { part($0.0, $0.1) }
    if let plot = training?.reconstructionPlot {
      content.append(ReportPart(title: "Training of the latent model", [ReportPlots([plot])]))
    }
    return ReportSection(id: "behaviour", title: "Brain and behaviour", content)
  }

  private var introduction: String {
    let settings = association.settings
    let covariates = association.covariates.joined(separator: ", ")
    return "Each scan is predicted by a model that was fitted without its group, in "
      + "\(settings.validation.folds) folds"
      + (covariates.isEmpty ? "" : "; \(covariates) removed from the features inside the folds")
      + ". Intervals are 95 % bootstrap intervals over groups. p is that of \(settings.permutations) permutations of the "
      + "whole procedure; q is corrected for \(targets.count == 1 ? "one target" : "\(targets.count) targets"). p of "
      + "covariates and baselines is not corrected."
  }

  private var table: ReportTable {
    let words: Set = ["Target", "Predicted from", "Model", "Measure", "Further"]
    let columns = [
      "Target", "Predicted from", "Model", "Scans", "Measure", "Value", "Low", "High", "p", "q", "Null mean",
      "Further",
    ].map { ReportTable.Column($0, isNumber: !words.contains($0)) }
    func text(_ value: Double?, _ digits: Int) -> String {
      TableCell.text(value, "%.\(digits)f")
    }
    let rows = association.results.compactMap { result -> ReportTable.Row? in
      guard let score = result.scores.first else { return nil }
      let further = result.scores.dropFirst().map {
        "\($0.measure.rawValue.replacing("_", with: " ")) \(text($0.value, 2))"
      }
      return ReportTable.Row([
        result.target, result.features, result.model, "\(result.subjects)", score.measure.rawValue,
        text(score.value, 3), text(score.interval?.low, 3), text(score.interval?.high, 3),
        text(score.probability, 4), text(result.falseDiscoveryRate, 4), text(score.nullMean, 3),
        further.joined(separator: ", "),
      ])
    }
    return ReportTable(
      caption: "Scores of each target, predicted from the features, the covariates and the baselines",
      columns: columns, rows: rows)
  }

  private func part(_ target: String, _ own: [AssociationResult]) -> ReportPart {
    let verdict = AssociationVerdict(own)
    var content: [any ReportContent] = [ReportList(verdict.sentences)]
    content.append(ReportPlots(plots(own[0], verdict)))
    content += pictures[target] ?? []
    return ReportPart(title: verdict.question, content)
  }

  private func plots(_ result: AssociationResult, _ verdict: AssociationVerdict) -> [any ReportContent] {
    var plots: [any ReportContent] = []
    if result.kind == .binary {
      let classes = result.classes.enumerated().map { place, name in
        ClassPlot.Class(
          name: name,
          values: result.predictions.filter { $0.target == Double(place) }.map { ($0.scan, $0.predicted) })
      }
      plots.append(
        ClassPlot(
          title: "Predicted to be \(result.classes.last ?? "")", classes: classes, boundary: 0.5,
          verdict: verdict.score))
    } else {
      plots.append(
        ScatterPlot(
          title: result.target,
          points: result.predictions.map {
            .init(name: $0.scan, measured: $0.target, predicted: $0.predicted)
          },
          verdict: verdict.score))
    }
    if let first = result.scores.first, let null = first.null, let value = first.value {
      plots.append(
        HistogramPlot(
          title: first.measure.rawValue, values: null, mark: value,
          words: "\(first.measure.rawValue) of \(null.count) permuted targets (bars), of the true one "
            + String(format: "%.3f (line)", value)))
    }
    return plots
  }
}
