import Foundation

/// Warnings about what a sample of this size can show.
struct SampleSize {
  private let sample: AssociationSample
  private let features: Int
  private let folds: Int

  /// Creates the warnings of a sample.
  /// - Parameters:
  ///   - sample: the sample.
  ///   - features: the number of features.
  ///   - folds: the number of outer folds.
  init(_ sample: AssociationSample, features: Int, folds: Int) {
    self.sample = sample
    self.features = features
    self.folds = folds
  }

  /// The half-width of a 95 % confidence interval above which the sample counts as small. A half-width of 0.1 needs
  /// about 400 subjects for a correlation near 0 and 100 for an accuracy near 0.5 (Varoquaux 2018, doi
  /// 10.1016/j.neuroimage.2017.06.061, shows this by experiment).
  private static let widest = 0.1
  private static let fewestOfClass = 20

  /// The warnings, as sentences.
  var warnings: [String] {
    let count = sample.groupCount
    var warnings: [String] = []
    if sample.measure.kind == .binary {
      let half = 1.96 * (0.25 / Double(count)).squareRoot()
      if half > Self.widest {
        warnings.append(
          String(
            format: "the sample is small: with %d subjects an accuracy is only known to ±%.2f", count, half))
      }
      let ones = sample.target.count { $0 == 1 }
      let rare = min(ones, sample.target.count - ones)
      if rare < Self.fewestOfClass {
        warnings.append("only \(rare) scans are of the rarer class, so a few of them determine the result")
      }
    } else {
      let half = tanh(1.96 / Double(max(1, count - 3)).squareRoot())
      if half > Self.widest {
        // Fisher's z transformation; 1.96 + 0.84 are the quantiles of a two-sided level of 5 % and a power of 80 %.
        let least = tanh(2.80 / Double(max(1, count - 3)).squareRoot())
        warnings.append(
          String(
            format:
              "the sample is small: with %d subjects a correlation is only known to about ±%.2f, and one "
              + "below %.2f is detected with a power of less than 80 %%", count, half, least))
      }
    }
    if features > count {
      warnings.append("there are more features (\(features)) than subjects (\(count))")
    }
    if sample.groupCount < 2 * folds {
      warnings.append(
        "with \(sample.groupCount) groups in \(min(folds, sample.groupCount)) folds, most folds test a single group, "
          + "so other folds could give another result")
    }
    if !sample.dropped.isEmpty {
      warnings.append(
        "these columns of the features are the target, a covariate or the group, and are not used as features: "
          + sample.dropped.joined(separator: ", "))
    }
    return warnings
  }
}
