/// The values that terms need, for those participants of whom all are known.
package struct DesignColumns {
  /// The places of the known participants.
  package let maps: [Int]
  package let warnings: [DesignWarning]
  private let cells: [String: [String]]

  package init(participants: [String], tables: [ParticipantTable], names: [String]) throws(StatisticsError) {
    let available = tables.flatMap(\.columns)
    for name in names where !available.contains(name) { throw .noColumn(name: name, found: available) }
    var known = Set(participants.indices)
    var (cells, warnings): ([String: [String?]], [DesignWarning]) = ([:], [])
    for name in names where cells[name] == nil {
      let column = participants.map { participant in
        tables.lazy.compactMap { $0.cell(participant, name) }.first
      }
      let missing = column.indices.filter { column[$0] == nil }
      if !missing.isEmpty {
        warnings.append(.missing(column: name, participants: missing.map { participants[$0] }))
      }
      known.subtract(missing)
      cells[name] = column
    }
    guard !known.isEmpty else { throw .noKnownParticipants(columns: names) }
    let maps = known.sorted()
    self.maps = maps
    self.warnings = warnings
    self.cells = cells.mapValues { column in maps.compactMap { column[$0] } }
  }

  /// The words of a column.
  package func words(_ name: String) -> [String] { cells[name] ?? [] }

  package func columns(of term: DesignTerm) throws(StatisticsError) -> [DesignMatrix.Column] {
    var products: [(name: String, values: [Double])] = [("", maps.map { _ in 1 })]
    for factor in term.factors {
      let own = try regressors(factor)
      products = products.flatMap { product in
        own.map { regressor in
          (
            product.name.isEmpty ? regressor.name : "\(product.name):\(regressor.name)",
            zip(product.values, regressor.values).map { $0 * $1 }
          )
        }
      }
    }
    return products.map {
      DesignMatrix.Column(name: $0.name, term: term.name, values: $0.values, varianceInflation: nil)
    }
  }

  /// Centered numbers, or 0 and 1 for each word but the first.
  private func regressors(_ name: String) throws(StatisticsError) -> [(name: String, values: [Double])] {
    let words = words(name)
    let levels = Set(words).sorted()
    guard levels.count > 1 else { throw .constantColumn(name: name) }
    let numbers = words.compactMap(Double.init).filter(\.isFinite)
    if numbers.count == words.count {
      let mean = numbers.reduce(0, +) / Double(numbers.count)
      guard numbers.contains(where: { $0 != numbers[0] }) else { throw .constantColumn(name: name) }
      return [(name, numbers.map { $0 - mean })]
    }
    guard 2 * levels.count <= words.count else {
      throw .tooManyLevels(name: name, levels: levels.count, participants: words.count)
    }
    return levels.dropFirst().map { level in ("\(name)[\(level)]", words.map { $0 == level ? 1 : 0 }) }
  }
}
