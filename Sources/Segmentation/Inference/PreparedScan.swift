import Imaging

/// A scan and its preprocessed form, for several networks that need the same preprocessing.
public struct PreparedScan: Sendable {
  /// The scan on its own grid.
  let image: Volume
  private let preprocessing: Preprocessing
  private let volume: Volume

  /// Preprocesses a scan.
  /// - Throws: `IntensityScalingError` if the scan has no contrast.
  init(_ image: Volume, _ preprocessing: Preprocessing) throws(IntensityScalingError) {
    self.image = image
    self.preprocessing = preprocessing
    volume = try preprocessing(image)
  }

  /// Returns the preprocessed scan. A preprocessing other than that of the initializer is computed again.
  /// - Throws: `IntensityScalingError` if the scan has no contrast.
  func volume(for preprocessing: Preprocessing) throws(IntensityScalingError) -> Volume {
    preprocessing == self.preprocessing ? volume : try preprocessing(image)
  }
}
