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

  /// Centered numbers, or for each word but the first 1 in its group and 0 elsewhere, centered too: the other terms of
  /// the design are then estimated for the mean of all participants, and not for the group of the first word.
  private func regressors(_ name: String) throws(StatisticsError) -> [(name: String, values: [Double])] {
    let words = words(name)
    let levels = Set(words).sorted()
    guard levels.count > 1 else { throw .constantColumn(name: name) }
    let numbers = words.compactMap(Double.init).filter(\.isFinite)
    if numbers.count == words.count {
      guard numbers.contains(where: { $0 != numbers[0] }) else { throw .constantColumn(name: name) }
      return [(name, Self.centered(numbers))]
    }
    let mixed = MixedColumn.words(in: words)
    guard mixed.isEmpty else { throw .mixedColumn(name: name, words: mixed) }
    guard 2 * levels.count <= words.count else {
      throw .tooManyLevels(name: name, levels: levels.count, participants: words.count)
    }
    return levels.dropFirst().map { level in
      ("\(name)[\(level)]", Self.centered(words.map { $0 == level ? 1 : 0 }))
    }
  }

  private static func centered(_ values: [Double]) -> [Double] {
    let mean = values.reduce(0, +) / Double(values.count)
    return values.map { $0 - mean }
  }

  /// The groups of few participants in the columns of words of a term.
  package func smallGroups(of term: DesignTerm) -> [DesignWarning] {
    guard !term.isIntercept else { return [] }
    return term.factors.flatMap { name -> [DesignWarning] in
      let words = words(name)
      guard words.contains(where: { Double($0)?.isFinite != true }) else { return [] }
      let counts = Dictionary(grouping: words, by: { $0 }).mapValues(\.count)
      return counts.filter { $0.value < DesignWarning.smallestGroup }.sorted { $0.key < $1.key }.map {
        .smallGroup(column: name, group: $0.key, count: $0.value)
      }
    }
  }
}
