import Foundation

/// A measure of the agreement between predictions and the target.
public enum AssociationMeasure: String, Hashable, Codable, Sendable, CaseIterable {
  /// Pearson's correlation; 0 if the predictions are constant.
  case r
  /// Coefficient of determination, 1 − Σ(y − ŷ)² / Σ(y − ȳ)²; negative if the mean would have been a better prediction.
  case rSquared = "R2"
  /// Mean absolute error, in the unit of the target.
  case meanAbsoluteError = "MAE"
  /// Area under the ROC curve: the probability that, of one subject of each class, the subject of class 1 has the
  /// higher prediction.
  case areaUnderCurve = "AUC"
  /// Balanced accuracy: the mean of the sensitivities of both classes, with predictions above 0.5 as class 1.
  case balancedAccuracy = "balanced_accuracy"

  /// Returns the measures of a target. The first is the one that is tested and corrected for multiple targets.
  package static func all(isBinary: Bool) -> [AssociationMeasure] {
    isBinary ? [.areaUnderCurve, .balancedAccuracy] : [.r, .rSquared, .meanAbsoluteError]
  }

  /// Whether smaller values are better.
  var isError: Bool { self == .meanAbsoluteError }

  /// Returns the measure; `nil` if it is not defined, because there is one class only or the target is constant.
  package func value(of predictions: [Double], target: [Double]) -> Double? {
    precondition(predictions.count == target.count, "needed one prediction per subject")
    switch self {
    case .r: return Self.correlation(predictions, target)
    case .rSquared:
      let mean = target.mean
      let total = target.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      let rest = zip(predictions, target).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
      return total > 0 ? 1 - rest / total : nil
    case .meanAbsoluteError:
      guard !target.isEmpty else { return nil }
      return zip(predictions, target).reduce(0) { $0 + abs($1.0 - $1.1) } / Double(target.count)
    case .areaUnderCurve: return Self.area(predictions, target)
    case .balancedAccuracy:
      let found = [0.0, 1].map { label in
        let own = target.indices.filter { target[$0] == label }
        return Double(own.count { (predictions[$0] > 0.5 ? 1 : 0) == label }) / Double(own.count)
      }
      return found.allSatisfy(\.isFinite) ? found.mean : nil
    }
  }

  private static func correlation(_ x: [Double], _ y: [Double]) -> Double? {
    let (meanX, meanY) = (x.mean, y.mean)
    var (xx, yy, xy) = (0.0, 0.0, 0.0)
    for (a, b) in zip(x, y) {
      xx += (a - meanX) * (a - meanX)
      yy += (b - meanY) * (b - meanY)
      xy += (a - meanX) * (b - meanY)
    }
    guard yy > 0 else { return nil }
    return xx > 0 ? xy / (xx * yy).squareRoot() : 0
  }

  /// Returns the area under the ROC curve by ranks (Mann and Whitney 1947); ties have their mean rank.
  private static func area(_ predictions: [Double], _ target: [Double]) -> Double? {
    let order = predictions.indices.sorted { predictions[$0] < predictions[$1] }
    let ones = target.count { $0 == 1 }
    let zeros = target.count - ones
    guard ones > 0, zeros > 0 else { return nil }
    var (start, sum) = (0, 0.0)
    while start < order.count {
      var end = start
      while end < order.count, predictions[order[end]] == predictions[order[start]] { end += 1 }
      let rank = Double(start + 1 + end) / 2
      sum += rank * Double(order[start..<end].count { target[$0] == 1 })
      start = end
    }
    return (sum - Double(ones * (ones + 1)) / 2) / (Double(ones) * Double(zeros))
  }
}
