import Foundation

/// Changes of the grey scale that treat all voxels alike.
package enum GreyScale {
  /// Multiplies what differs from the mean by `factor`, and shifts by so many standard deviations.
  package static func stretch(_ image: inout [Float], by factor: Float, shift: Float) {
    let statistics = IntensityStatistics(image)
    let offset = statistics.mean * (1 - factor) + shift * statistics.deviation
    image.withUnsafeMutableBufferPointer { image in
      for n in 0..<image.count { image[n] = image[n] * factor + offset }
    }
  }

  /// Raises intensities to a power between the darkest (0) and the brightest (1) voxel, which both stay.
  ///
  /// The curve is tabulated: a thousand intervals with linear interpolation follow it to a thousandth of the
  /// range, and a look-up costs a quarter of a power.
  package static func correct(_ image: inout [Float], gamma: Float) {
    let statistics = IntensityStatistics(image)
    let range = statistics.maximum - statistics.minimum
    guard range > 0 else { return }
    let intervals = 1024
    let curve = (0...intervals + 1).map { pow(min(Float($0) / Float(intervals), 1), gamma) }
    let scale = Float(intervals) / range
    let darkest = statistics.minimum
    image.withUnsafeMutableBufferPointer { image in
      curve.withUnsafeBufferPointer { curve in
        for n in 0..<image.count {
          let position = (image[n] - darkest) * scale
          // A comparison that fails for NaN, so that a stray one passes through and does not trap.
          let step = position > 0 ? Int(min(position, Float(intervals))) : 0
          let share = position - Float(step)
          image[n] = darkest + range * (curve[step] + (curve[step + 1] - curve[step]) * share)
        }
      }
    }
  }
}
