/// Which effects count as evidence.
public enum TestedSide: String, Hashable, Codable, Sendable, CaseIterable {
  /// Both signs. Thresholds and p-values are those of a two-sided test.
  case both
  case positive
  case negative

  /// The signs of the statistic that are tested.
  package var signs: [Float] {
    switch self {
    case .both: [1, -1]
    case .positive: [1]
    case .negative: [-1]
    }
  }

  /// The value by which evidence is measured: |t|, t or −t.
  package func evidence(_ statistic: Float) -> Float {
    switch self {
    case .both: abs(statistic)
    case .positive: statistic
    case .negative: -statistic
    }
  }

  /// As the C loops count it.
  package var code: Int32 {
    switch self {
    case .both: 0
    case .positive: 1
    case .negative: -1
    }
  }
}
