extension Preprocessing {
  /// Bytes of the volumes that are held at most while a scan on this grid is prepared, the scan's own included.
  /// - Parameter isMasked: whether there is a mask.
  public func peakByteCount(for source: Grid, isMasked: Bool) -> Int {
    let (scan, result) = (source.count, grid(for: source).count)
    // The scan, the same turned, and two passes of a smoothing or the coefficients of a spline with and without rim.
    let conforming = 4 * scan + result
    // The scan, the result of one step and of the next; of the bias field also its logarithm, else the voxels that a step
    // takes its measure from, and their distances from the median.
    let isMeasured = isMasked || clipping != nil || matching != nil
    let measuring = scan + (isMeasured ? 4 : 3) * result
    let labels = isMasked ? 2 * scan + result : 0
    return MemoryLayout<Float>.stride * max(conforming, measuring) + MemoryLayout<UInt16>.stride * labels
  }
}
