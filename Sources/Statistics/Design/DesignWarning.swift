/// What a reader of the results must know about a design.
public enum DesignWarning: Hashable, Sendable {
  /// Participants without a value, who are left out.
  case missing(column: String, participants: [String])
  /// A regressor that depends on the others, and is left out.
  case dependent(String)
  /// Head size goes with what is tested, so that adjusting for it takes some of the effect away.
  case headSize(column: String, tested: String, correlation: Double)
  /// A tested regressor that the others nearly explain.
  case inflated(column: String, varianceInflation: Double)
  case fewParticipants(count: Int, degreesOfFreedom: Int)
  /// A group of few participants.
  case smallGroup(column: String, group: String, count: Int)

  /// A correlation with head size above this is reported (CAT12's advice on global scaling).
  package static let correlationLimit = 0.3
  /// Variance inflation above this is reported; 5 means that the others explain 80 % of the regressor.
  package static let inflationLimit = 5.0
  /// Fewer participants than this are reported.
  package static let fewest = 20
  /// Groups of fewer participants than this are reported.
  package static let smallestGroup = 5

  package static func doubts(
    columns: [DesignMatrix.Column], tested: String, participants: Int
  ) -> [DesignWarning] {
    var warnings: [DesignWarning] = []
    for column in columns where column.term == tested {
      for size in columns where isHeadSize(size.term) && size.term != tested {
        let r = correlation(column.values, size.values)
        if abs(r) > correlationLimit {
          warnings.append(.headSize(column: size.name, tested: column.name, correlation: r))
        }
      }
      if let inflation = column.varianceInflation, inflation > inflationLimit {
        warnings.append(.inflated(column: column.name, varianceInflation: inflation))
      }
    }
    if participants < fewest {
      warnings.append(.fewParticipants(count: participants, degreesOfFreedom: participants - columns.count))
    }
    return warnings
  }

  /// Intracranial volume, as FreeSurfer, CAT12 and grisea name it.
  private static func isHeadSize(_ name: String) -> Bool {
    let name = name.lowercased()
    return ["icv", "tiv", "etiv", "estimatedtotalintracranialvol"].contains { name.hasPrefix($0) }
  }

  /// Pearson's correlation; 0 where one does not vary.
  package static func correlation(_ a: [Double], _ b: [Double]) -> Double {
    let (meanA, meanB) = (a.reduce(0, +) / Double(a.count), b.reduce(0, +) / Double(b.count))
    let (x, y) = (a.map { $0 - meanA }, b.map { $0 - meanB })
    let scale = (dot(x, x) * dot(y, y)).squareRoot()
    return scale > 0 ? dot(x, y) / scale : 0
  }
}

extension DesignWarning: CustomStringConvertible {
  public var description: String {
    switch self {
    case .missing(let column, let participants):
      "\(participants.count) of the participants have no `\(column)` and are left out: "
        + participants.prefix(5).joined(separator: ", ") + (participants.count > 5 ? ", …" : "")
    case .dependent(let name): "`\(name)` depends on the other columns of the design and is left out"
    case .headSize(let column, let tested, let correlation):
      "`\(column)` and `\(tested)` are correlated (r = \(rounded(correlation, 2))): adjusting for head size removes a part of the effect"
    case .inflated(let column, let inflation):
      "the other columns explain most of `\(column)` (variance inflation \(rounded(inflation, 1))): its effect is poorly determined"
    case .fewParticipants(let count, let degrees):
      "there are only \(count) participants (\(degrees) degrees of freedom): only strong effects can be found"
    case .smallGroup(let column, let group, let count):
      "the group `\(group)` of `\(column)` has only \(count) participant\(count == 1 ? "" : "s")"
    }
  }
}
