extension Association.Settings {
  /// Predictions judged by each measure, with its interval and its place among those of exchanged targets.
  /// - Parameter null: for each exchanged target the measures, in their order.
  package func scores(
    of predictions: [Double], _ sample: AssociationSample, null: [[Double?]]
  ) -> [AssociationResult.Score] {
    let members = Dictionary(grouping: sample.rows.indices, by: { sample.groups[$0] })
    let groups = members.keys.sorted().compactMap { members[$0] }
    return AssociationMeasure.all(isBinary: sample.measure.kind == .binary).enumerated().map {
      place, measure in
      let value = measure.value(of: predictions, target: sample.target)
      let chance = null.compactMap { $0[place] }
      let interval = resampling.interval(over: groups.count) { drawn in
        let rows = drawn.flatMap { groups[$0] }
        return measure.value(of: rows.map { predictions[$0] }, target: rows.map { sample.target[$0] })
      }
      let probability = value.flatMap { value in
        null.isEmpty ? nil : PermutationTest.probability(of: value, among: chance, isError: measure.isError)
      }
      return AssociationResult.Score(
        measure: measure, value: value, interval: interval, probability: probability,
        nullMean: chance.isEmpty ? nil : chance.mean,
        null: place == 0 && !chance.isEmpty ? chance.sorted().map { ($0 * 1e4).rounded() / 1e4 } : nil)
    }
  }
}
