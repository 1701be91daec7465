import ArgumentParser
import Imaging
import PipelineRunner

/// `grisea preprocess IMAGE… --output DIR`
struct Preprocess: StageCommand {
  static let configuration = CommandConfiguration(
    abstract:
      "Reorients and resamples scans, corrects their bias field, and brings intensities to a common scale.",
    discussion: "For sub-01_T1w.nii.gz it writes sub-01_desc-preproc_T1w.nii.gz, and prints the path.")

  @Argument(help: "NIfTI files (.nii, .nii.gz).")
  var images: [String]

  @Option(name: .shortAndLong, help: "Folder for the results; it is made if its parent exists.")
  var output: String

  @Option(help: "Ends towards which the axes run, three letters.", transform: orientation)
  var orientation = Orientation.ras

  @Option(
    help: "Voxel size in mm: one number, or three separated by commas (default: the scan's).",
    transform: spacing)
  var spacing: SIMD3<Double>?

  @Option(help: "Bias field: none leaves it in; n4 estimates it (Tustison et al. 2010) and divides it out.")
  var biasField = BiasField.none

  @Option(help: "Intensity scale: percentile (1st to 99.5th become 0 to 1), or zscore.")
  var scaling = Scaling.percentile

  @OptionGroup var reporting: ReportingOptions

  enum BiasField: String, CaseIterable, ExpressibleByArgument {
    case none, n4

    var correction: BiasFieldCorrection? { self == .n4 ? BiasFieldCorrection() : nil }
  }

  enum Scaling: String, CaseIterable, ExpressibleByArgument {
    case percentile, zscore

    var intensityScaling: IntensityScaling { self == .percentile ? .percentile : .zScore }
  }

  func validate() throws { try Batch.validateNames(images) }

  func run() throws {
    try OutputFolder.make(output)
    let preprocessing = Preprocessing(
      orientation: orientation, spacing: spacing, biasField: biasField.correction,
      scaling: scaling.intensityScaling)
    try Batch(scans: images, title: "scans preprocessed", isSilent: reporting.quiet).run { image in
      let result = result(of: image.path)
      try preprocessing(image.volume).write(to: result, like: image.header)
      return [result]
    }
  }

  private func result(of scan: String) -> String { ScanName(path: scan).preprocessed(in: output) }

  func declaration() throws -> StageDeclaration {
    StageDeclaration(inputs: images, outputs: images.map(result))
  }

  private static func orientation(_ text: String) throws -> Orientation {
    guard let orientation = Orientation(text) else {
      throw ValidationError("'\(text)' is no orientation; give one of L/R, P/A and I/S each, such as RAS")
    }
    return orientation
  }

  /// Voxel sizes that a scan of a head can have, mm: a typing error must not ask for terabytes.
  private static let spacings = 0.1...20.0

  private static func spacing(_ text: String) throws -> SIMD3<Double> {
    let sizes = text.split(separator: ",", omittingEmptySubsequences: false).map { Double($0) ?? .nan }
    guard sizes.count == 1 || sizes.count == 3, sizes.allSatisfy(spacings.contains) else {
      throw ValidationError("'\(text)' is no voxel size; give one or three numbers from 0.1 to 20 (mm)")
    }
    return sizes.count == 1 ? SIMD3(repeating: sizes[0]) : SIMD3(sizes[0], sizes[1], sizes[2])
  }
}
