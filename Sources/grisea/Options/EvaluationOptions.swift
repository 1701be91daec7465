import ArgumentParser
import Evaluation
import Statistics

extension EmptyMasks: ExpressibleByArgument {}

/// What scores and their statistics depend on, beside the files.
struct EvaluationOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "How far apart surfaces may be and still agree, in mm, for the surface Dice.", valueName: "mm"))
  var tolerance = 1.0

  @Option(
    help: ArgumentHelp(
      """
      Scores of empty masks. perfect: two of them have a Dice of 1 and a distance of 0, one has a Dice of 0 and no \
      distance. omit: two of them have no scores. penalize: as perfect, and the distance from nothing is the \
      diagonal of the image.
      """, valueName: "perfect | omit | penalize"))
  var empty = EmptyMasks.perfect

  @Option(help: ArgumentHelp("Share of intervals that are to hold the true mean.", valueName: "share"))
  var confidence = 0.95

  @Option(help: ArgumentHelp("How often bootstrap and permutation draw.", valueName: "count"))
  var resamples = 10_000

  @OptionGroup var seed: SeedOptions

  func validate() throws {
    guard tolerance >= 0, tolerance.isFinite else {
      throw ValidationError("--tolerance \(tolerance): needed a length in mm, 0 or more")
    }
    guard confidence > 0, confidence < 1 else {
      throw ValidationError("--confidence \(confidence): needed a share between 0 and 1, such as 0.95")
    }
    guard resamples > 0 else {
      throw ValidationError("--resamples \(resamples): needed a number of at least 1")
    }
  }

  var settings: ScoreSettings {
    ScoreSettings(
      tolerance: tolerance, empty: empty,
      resampling: Resampling(seed: seed.seed, count: resamples, confidence: confidence))
  }
}
