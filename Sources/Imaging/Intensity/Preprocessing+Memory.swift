extension Preprocessing {
  /// Returns the largest number of bytes of volumes that are held at once while a scan is preprocessed, including the
  /// scan.
  /// - Parameters:
  ///   - source: The grid of the scan.
  ///   - isMasked: Whether there is a mask.
  public func peakByteCount(for source: Grid, isMasked: Bool) -> Int {
    let (scan, result) = (source.count, grid(for: source).count)
    // Conformation holds the scan, its reoriented copy, and two passes of a smoothing or the spline coefficients with
    // and without their rim.
    let conforming = 4 * scan + result
    // Intensity steps hold the scan and the results of one step and of the next. The bias field adds its logarithm, and
    // other steps add the voxels that they measure and their distances from the median.
    let isMeasured = isMasked || clipping != nil || matching != nil
    let measuring = scan + (isMeasured ? 4 : 3) * result
    let labels = isMasked ? 2 * scan + result : 0
    return MemoryLayout<Float>.stride * max(conforming, measuring) + MemoryLayout<UInt16>.stride * labels
  }
}
