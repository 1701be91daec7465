import ArgumentParser
import Foundation
import Imaging

struct Preprocess: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Reorients and resamples scans, and brings their intensities to a common scale.",
    discussion: "Writes STEM_desc-preproc_T1w.nii.gz for each scan and prints the paths.")

  @Argument(help: "NIfTI files (.nii, .nii.gz).")
  var images: [String]

  @Option(name: .shortAndLong, help: "Folder for the results; created if its parent exists.")
  var output: String

  @Option(help: "Ends towards which the axes run, three letters.", transform: orientation)
  var orientation = Orientation.ras

  @Option(
    help: "Voxel size in mm: one number, or three separated by commas. Default: the scan's.",
    transform: spacing)
  var spacing: SIMD3<Double>?

  @Option(help: "Intensity scale: percentile (1st to 99.5th become 0 to 1), or zscore.")
  var scaling = Scaling.percentile

  enum Scaling: String, CaseIterable, ExpressibleByArgument {
    case percentile, zscore

    var intensityScaling: IntensityScaling { self == .percentile ? .percentile : .zScore }
  }

  func run() throws {
    let folder = try OutputFolder(output)
    let preprocessing = Preprocessing(
      orientation: orientation, spacing: spacing, scaling: scaling.intensityScaling)
    try Batch.runNamed(images) { path, name in
      let image = try NIfTIImage(contentsOf: path)
      for warning in image.header.warnings { printError("\(path): warning: \(warning)") }
      let result = folder.file("\(name.stem)_desc-preproc_T1w.nii.gz")
      try preprocessing(image.volume).write(to: result, like: image.header)
      print(result)
    }
  }

  private static func orientation(_ text: String) throws -> Orientation {
    guard let orientation = Orientation(text) else {
      throw ValidationError("'\(text)' is no orientation; give one of L/R, P/A and I/S each, such as RAS")
    }
    return orientation
  }

  /// Spacings that a scan of a head can have, mm: a typing error must not ask for terabytes.
  private static let spacings = 0.1...20.0

  private static func spacing(_ text: String) throws -> SIMD3<Double> {
    let numbers = text.split(separator: ",", omittingEmptySubsequences: false).compactMap { Double($0) }
    let sizes = numbers.count == 1 ? Array(repeating: numbers[0], count: 3) : numbers
    guard sizes.count == 3, sizes.count >= text.split(separator: ",").count,
      sizes.allSatisfy(spacings.contains)
    else {
      throw ValidationError("'\(text)' is no voxel size; give one or three numbers from 0.1 to 20 (mm)")
    }
    return SIMD3(sizes[0], sizes[1], sizes[2])
  }
}
