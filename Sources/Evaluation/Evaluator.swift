import Imaging

/// Scores many predictions against their references; one that fails does not stop the others.
public struct Evaluator: Sendable {
  /// What the labels of predictions and of references stand for.
  public var predictionTable, referenceTable: LabelTable
  /// Where voxels count: where a mask is above 0. Without masks all of them do.
  public var masks: ScanMasks?

  /// Why one pair has no scores.
  public struct Failure: Error, CustomStringConvertible {
    public let pair: EvaluationPair
    public let reason: any Error

    /// One line that starts with the path of the file at fault, or with the prediction's where both are.
    public var description: String {
      reason is EvaluationError ? "\(pair.prediction): against \(pair.reference): \(reason)" : "\(reason)"
    }
  }

  public init(predictionTable: LabelTable = .bids, referenceTable: LabelTable = .bids) {
    self.predictionTable = predictionTable
    self.referenceTable = referenceTable
  }

  /// Scores of GM, WM and CSF for each pair that can be read and compared.
  ///
  /// - Parameters:
  ///   - read: gives the label map of a path; its errors name the path.
  ///   - failed: told of each pair without scores, as it happens.
  public func scores(
    of pairs: [EvaluationPair], read: (String) throws -> LabelMap, failed: (Failure) -> Void
  ) -> ScoreTable {
    var rows: [ScoreTable.Row] = []
    for pair in pairs {
      do {
        rows += try self.rows(of: pair, read: read)
      } catch {
        failed(Failure(pair: pair, reason: error))
      }
    }
    return ScoreTable(rows: rows)
  }

  private func rows(
    of pair: EvaluationPair, read: (String) throws -> LabelMap
  ) throws -> [ScoreTable.Row] {
    var prediction = try predictionTable.tissues(of: read(pair.prediction), from: pair.prediction)
    var reference = try referenceTable.tissues(of: read(pair.reference), from: pair.reference)
    if let mask = try masks?.mask(of: pair.prediction, on: prediction.grid) {
      try EvaluationError.checkGrids(prediction.grid, reference.grid)
      for index in mask.labels.indices where mask.labels[index] == 0 {
        prediction.labels[index] = 0
        reference.labels[index] = 0
      }
    }
    let tissues: [Tissue] = [.grayMatter, .whiteMatter, .csf]
    let counts = try ConfusionCounts.counts(
      of: tissues.map(\.rawValue), prediction: prediction, reference: reference)
    return zip(tissues, counts).map { tissue, counts in
      ScoreTable.Row(
        subject: pair.subject.description, tissue: tissue,
        scores: SegmentationScores(counts, voxelVolume: reference.grid.voxelVolume))
    }
  }
}
