import Imaging

/// Scores predictions against their references. A pair that fails does not stop the others.
public struct Evaluator: Sendable {
  /// The label tables of the predictions and of the references.
  public var predictionTable, referenceTable: LabelTable
  /// Masks that select the voxels to compare, those above 0; `nil` compares all voxels.
  ///
  /// A label that crosses the mask's border is cut there in both maps, so the surfaces along the cut agree.
  public var masks: ScanMasks?
  /// Probability maps of the predictions; `nil` for no scores of probabilities.
  public var probabilities: ProbabilityMaps?
  /// Settings of the scores and their statistics.
  public var settings: ScoreSettings
  /// Whether each label is scored instead of each tissue. With FreeSurfer's labels these are the structures of the
  /// brain (`BrainStructure`); with another table, all labels of tissue.
  public var scoresLabels = false

  /// A pair that has no scores, and the error.
  public struct Failure: Error, CustomStringConvertible {
    /// The pair without scores.
    public let pair: EvaluationPair
    /// The error.
    public let reason: any Error

    /// One line that starts with the path of the faulty file, or with the prediction's path if the fault concerns both
    /// files.
    public var description: String {
      reason is EvaluationError ? "\(pair.prediction): against \(pair.reference): \(reason)" : "\(reason)"
    }
  }

  /// Creates an evaluator without masks and probability maps.
  public init(
    predictionTable: LabelTable = .bids, referenceTable: LabelTable = .bids,
    settings: ScoreSettings = ScoreSettings()
  ) {
    self.predictionTable = predictionTable
    self.referenceTable = referenceTable
    self.settings = settings
  }

  /// Returns the scores of GM, WM and CSF, or of each label, of each pair that can be read and compared.
  ///
  /// - Parameters:
  ///   - pairs: the predictions and their references.
  ///   - read: returns the label map of a path; its errors name the path.
  ///   - doubted: called for each pair whose labels fit much better with another built-in label table.
  ///   - failed: called for each pair without scores, in the order of the pairs.
  public func scores(
    of pairs: [EvaluationPair], read: (String) throws -> LabelMap,
    doubted: (LabelTableWarning) -> Void = { _ in }, failed: (Failure) -> Void
  ) -> ScoreTable {
    var rows: [ScoreTable.Row] = []
    for pair in pairs {
      do {
        rows += try self.rows(of: pair, read: read, doubted: doubted)
      } catch {
        failed(Failure(pair: pair, reason: error))
      }
    }
    return ScoreTable(rows: rows, settings: settings)
  }

  private func rows(
    of pair: EvaluationPair, read: (String) throws -> LabelMap, doubted: (LabelTableWarning) -> Void
  ) throws -> [ScoreTable.Row] {
    var (found, wanted) = (try read(pair.prediction), try read(pair.reference))
    var prediction = try predictionTable.tissues(of: found, from: pair.prediction)
    var reference = try referenceTable.tissues(of: wanted, from: pair.reference)
    try EvaluationError.checkGrids(prediction.grid, reference.grid)
    let mask = try masks?.mask(of: pair.prediction, on: prediction.grid)
    if let mask {
      prediction.clear(outside: mask)
      reference.clear(outside: mask)
      found.clear(outside: mask)
      wanted.clear(outside: mask)
    }
    let doubt = LabelTableWarning(
      prediction: found, by: predictionTable, reference: wanted, by: referenceTable)
    if let doubt { doubted(doubt) }
    if scoresLabels {
      prediction = labels(of: found, by: predictionTable)
      reference = labels(of: wanted, by: referenceTable)
    }
    let labels =
      scoresLabels ? scoredLabels(in: [prediction, reference]) : [.grayMatter, .whiteMatter, .csf]
    let counts = try ConfusionCounts.counts(
      of: labels.map(\.value), prediction: prediction, reference: reference,
      total: mask?.labels.count { $0 > 0 })
    return try zip(labels, counts).map { label, counts in
      var scores = SegmentationScores(
        counts, voxelVolume: reference.grid.voxelVolume, empty: settings.empty)
      let box = LabelBox(of: label.value, prediction: prediction, reference: reference)
      scores.surface = surfaceScores(box, reference.grid)
      scores.components = ComponentCounts(box)
      if !scoresLabels, let tissue = Tissue(rawValue: label.value),
        let map = try probabilities?.map(of: tissue, pair.subject)
      {
        scores.probability = try ProbabilityScores(
          map, reference: reference, label: label.value, mask: mask, empty: settings.empty)
      }
      return ScoreTable.Row(subject: pair.subject.description, label: label, scores: scores)
    }
  }

  private func labels(of map: LabelMap, by table: LabelTable) -> LabelMap {
    guard table.name == LabelTable.freesurfer.name else { return map }
    let structures = StructureMap(map)
    return LabelMap(grid: structures.grid, labels: structures.labels)
  }

  /// Returns the labels of tissue in any of the maps, with their names in the table of the references.
  private func scoredLabels(in maps: [LabelMap]) -> [ScoredLabel] {
    var isPresent = [Bool](repeating: false, count: Int(UInt16.max) + 1)
    for map in maps { for label in map.labels { isPresent[Int(label)] = true } }
    return isPresent.indices.filter { isPresent[$0] }.compactMap { index in
      let label = UInt16(index)
      guard let tissue = referenceTable.tissue(of: label), tissue != .background else { return nil }
      if referenceTable.name == LabelTable.freesurfer.name, let structure = BrainStructure(rawValue: label) {
        return ScoredLabel(value: label, name: structure.name)
      }
      let entry = referenceTable.entries.last { $0.first <= label && label <= $0.last }
      let name = entry.map { $0.first == $0.last ? $0.name : "\($0.name) \(label)" }
      return ScoredLabel(value: label, name: name ?? "\(label)")
    }
  }

  private func surfaceScores(_ box: LabelBox?, _ grid: Grid) -> SurfaceScores {
    SurfaceScores(
      SurfaceDistances(box, spacing: grid.affine.spacing), tolerance: settings.tolerance,
      empty: settings.empty, diagonal: grid.diagonal)
  }
}

extension LabelMap {
  /// Sets labels to 0 where a mask on the same grid is 0.
  fileprivate mutating func clear(outside mask: LabelMap) {
    for index in labels.indices where mask.labels[index] == 0 { labels[index] = 0 }
  }
}

extension Grid {
  /// Distance in mm between the centers of two opposite corner voxels.
  fileprivate var diagonal: Double {
    let way = affine.linear(SIMD3<Double>(shape &- 1))
    return (way * way).sum().squareRoot()
  }
}
