import ArgumentParser
import Imaging

/// What is done to a scan: the settings of `Preprocessing` that have a flag.
struct PreprocessingOptions: ParsableArguments {
  @Option(help: "Ends towards which the axes run, three letters (default: RAS).", transform: orientation)
  var orientation = Orientation.ras

  @Option(
    help: "Voxel size in mm: one number, or three separated by commas (default: the scan's).",
    transform: AxisNumbers.voxelSize)
  var spacing: SIMD3<Double>?

  @Option(
    help:
      "Voxels along each axis, one number or three: cropped or padded around the middle (default: as many as it takes).",
    transform: shape)
  var shape: SIMD3<Int>?

  @Option(help: "How values between voxels are found: linear, cubic (B-spline) or nearest.")
  var interpolation = Interpolation.linear

  @Flag(
    inversion: .prefixedNo, help: "Smooth first along axes whose voxels become larger by more than a fifth.")
  var smoothing = true

  @Option(help: "Bias field: none leaves it in; n4 estimates it (Tustison et al. 2010) and divides it out.")
  var biasField = BiasField.none

  @Option(
    help: ArgumentHelp(
      "Cut intensities to two percentiles (0.5,99.5), or to so many robust standard deviations around the median (5).",
      valueName: "low,high|deviations"), transform: clipping)
  var clip: IntensityClipping?

  @Option(
    help: ArgumentHelp("Give the scan this scan's histogram (Nyúl et al. 2000).", valueName: "reference"))
  var match: String?

  @Option(help: ArgumentHelp("Where the histogram of --match is taken.", valueName: "mask"))
  var matchMask: String?

  @Option(
    help: """
      Intensity scale: percentile (1st to 99.5th become 0 to 1), zscore, or none (default: percentile, with --match \
      none).
      """)
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

  func validate() throws {
    guard matchMask == nil || match != nil else {
      throw ValidationError("--match-mask says where the histogram of --match is taken; give both")
    }
  }

  /// Reads the reference of `--match`, if there is one.
  func preprocessing() throws -> Preprocessing {
    Preprocessing(
      conforming: Conforming(
        orientation: orientation, spacing: spacing, shape: shape, interpolation: interpolation,
        smoothing: smoothing),
      biasField: biasField.correction, clipping: clip,
      matching: try match.map { try HistogramMatching(toFile: $0, mask: matchMask) },
      scaling: (scaling ?? (match == nil ? .percentile : .none)).intensityScaling)
  }

  /// Files that are read besides the scans.
  var files: [String] { [match, matchMask].compactMap { $0 } }
}

extension Interpolation: ExpressibleByArgument {}

extension PreprocessingOptions {
  fileprivate static func orientation(_ text: String) throws -> Orientation {
    guard let orientation = Orientation(text) else {
      throw ValidationError("'\(text)' is no orientation; give one of L/R, P/A and I/S each, such as RAS")
    }
    return orientation
  }

  fileprivate static func shape(_ text: String) throws -> SIMD3<Int> {
    let counts = AxisNumbers.list(text)
    let most = Conforming.mostVoxels
    let isPossible = counts.allSatisfy { (1...Double(most)).contains($0) && $0 == $0.rounded() }
    guard counts.count == 1 || counts.count == 3, isPossible else {
      throw ValidationError(
        "'\(text)' is no shape; give one or three whole numbers from 1 to \(most) (voxels)")
    }
    return SIMD3<Int>(AxisNumbers.vector(counts))
  }

  fileprivate static func clipping(_ text: String) throws -> IntensityClipping {
    let bounds = AxisNumbers.list(text)
    if bounds.count == 1, bounds[0] > 0, bounds[0].isFinite { return .deviations(bounds[0]) }
    guard bounds.count == 2, bounds[0] < bounds[1], bounds.allSatisfy((0...100).contains) else {
      throw ValidationError(
        "'\(text)' is no range; give two percentiles such as 0.5,99.5, or one number of deviations above 0")
    }
    return .percentile(low: bounds[0], high: bounds[1])
  }
}
