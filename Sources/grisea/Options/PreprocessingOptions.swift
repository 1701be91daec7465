import ArgumentParser
import Imaging

/// The settings of `Preprocessing` that have an option.
struct PreprocessingOptions: ParsableArguments {
  @Option(help: "Reorient the axes to point this way, three letters. (default: RAS)", transform: orientation)
  var orientation = Orientation.ras

  @Option(
    help: "Resample to this voxel size in mm, one number or three with commas. (default: the scan's)",
    transform: AxisNumbers.voxelSize)
  var spacing: SIMD3<Double>?

  @Option(
    help: "Crop or pad around the middle to this many voxels, one number or three. (default: no cropping)",
    transform: shape)
  var shape: SIMD3<Int>?

  @Option(help: "Interpolate by this method: linear, cubic (B-spline) or nearest.")
  var interpolation = Interpolation.linear

  @Flag(
    inversion: .prefixedNo,
    help: "Smooth before resampling along axes whose voxels grow by more than a fifth.")
  var smoothing = true

  @Option(help: "Correct the bias field: none, or n4 (Tustison et al. 2010).")
  var biasField = BiasField.none

  @Option(
    help: ArgumentHelp(
      "Clip intensities to two percentiles (0.5,99.5) or to robust standard deviations around the median (5). (default: no clipping)",
      valueName: "low,high|deviations"), transform: clipping)
  var clip: IntensityClipping?

  @Option(
    help: ArgumentHelp("Match the histogram to that of this scan (Nyúl et al. 2000).", valueName: "reference")
  )
  var match: String?

  @Option(help: ArgumentHelp("Take the histogram of --match inside this mask.", valueName: "mask"))
  var matchMask: String?

  @Option(
    help:
      "Scale intensities: percentile (1st to 99.5th become 0 to 1), zscore or none. (default: percentile; with --match none)"
  )
  var scaling: Scaling?

  enum BiasField: String, CaseIterable, ExpressibleByArgument {
    case none, n4

    var correction: BiasFieldCorrection? { self == .n4 ? BiasFieldCorrection() : nil }
  }

  enum Scaling: String, CaseIterable, ExpressibleByArgument {
    case percentile, zscore, none

    var intensityScaling: IntensityScaling? {
      switch self {
      case .percentile: .percentile
      case .zscore: .zScore
      case .none: nil
      }
    }
  }

  @Option(
    help:
      "Measure intensities inside this mask (labels above 0, on the scan's grid): a file for one scan, or a folder or quoted pattern, matched by subject."
  )
  var mask: String?

  func validate() throws {
    guard matchMask == nil || match != nil else {
      throw ValidationError("--match-mask needs --match, whose histogram it restricts")
    }
  }

  /// Returns the masks of scans; `nil` where there are none, and where there are no scans.
  /// - Throws: `ScanMaskError`.
  func masks(for scans: [String]) throws(ScanMaskError) -> ScanMasks? {
    guard let mask, !scans.isEmpty else { return nil }
    return try ScanMasks(mask, for: scans)
  }

  /// The mask, if it is one file.
  var maskFiles: [String] { [mask].compactMap { $0 }.filter { !ImageFiles.isPattern($0) } }

  /// The pattern of the masks.
  var maskPatterns: [String] { [mask].compactMap { $0 }.filter(ImageFiles.isPattern) }

  /// Returns the settings, for which the reference of `--match` is read.
  func preprocessing() throws -> Preprocessing {
    Preprocessing(
      conforming: Conforming(
        orientation: orientation, spacing: spacing, shape: shape, interpolation: interpolation,
        smoothing: smoothing),
      biasField: biasField.correction, clipping: clip,
      matching: try match.map { try HistogramMatching(toFile: $0, mask: matchMask) },
      scaling: (scaling ?? (match == nil ? .percentile : .none)).intensityScaling)
  }

  /// The files that are read for all scans.
  var files: [String] { [match, matchMask].compactMap { $0 } }
}

extension Interpolation: ExpressibleByArgument {}

extension PreprocessingOptions {
  fileprivate static func orientation(_ text: String) throws -> Orientation {
    guard let orientation = Orientation(text) else {
      throw ValidationError(
        "'\(text)' is not an orientation; needed one of L/R, P/A and I/S each, such as RAS")
    }
    return orientation
  }

  fileprivate static func shape(_ text: String) throws -> SIMD3<Int> {
    let counts = AxisNumbers.list(text)
    let most = Conforming.mostVoxels
    let isPossible = counts.allSatisfy { (1...Double(most)).contains($0) && $0 == $0.rounded() }
    guard counts.count == 1 || counts.count == 3, isPossible else {
      throw ValidationError(
        "'\(text)' is not a shape; needed one or three whole numbers from 1 to \(most) (voxels)")
    }
    return SIMD3<Int>(AxisNumbers.vector(counts))
  }

  fileprivate static func clipping(_ text: String) throws -> IntensityClipping {
    let bounds = AxisNumbers.list(text)
    if bounds.count == 1, bounds[0] > 0, bounds[0].isFinite { return .deviations(bounds[0]) }
    guard bounds.count == 2, bounds[0] < bounds[1], bounds.allSatisfy((0...100).contains) else {
      throw ValidationError(
        "'\(text)' is not a range; needed two percentiles such as 0.5,99.5, or one number of deviations above 0"
      )
    }
    return .percentile(low: bounds[0], high: bounds[1])
  }
}

/// Reads numbers separated by commas: one for all axes, or three.
enum AxisNumbers {
  /// Returns the numbers; a word that is not a number becomes NaN, which no range contains.
  static func list(_ text: String) -> [Double] {
    text.split(separator: ",", omittingEmptySubsequences: false).map { Double($0) ?? .nan }
  }

  /// Returns a vector of one number for all axes, or of three.
  static func vector(_ numbers: [Double]) -> SIMD3<Double> {
    numbers.count == 1 ? SIMD3(repeating: numbers[0]) : SIMD3(numbers[0], numbers[1], numbers[2])
  }

  /// Returns a voxel size in mm.
  /// - Throws: `ValidationError` outside 0.1 to 20 mm: a mistyped number must not ask for terabytes.
  static func voxelSize(_ text: String) throws -> SIMD3<Double> {
    let sizes = list(text)
    guard sizes.count == 1 || sizes.count == 3, sizes.allSatisfy((0.1...20).contains) else {
      throw ValidationError("'\(text)' is not a voxel size; needed one or three numbers from 0.1 to 20 (mm)")
    }
    return vector(sizes)
  }
}
