import Imaging
import Numerics

/// Histogram standardization: maps the median intensities of fluid, gray and white matter to standard values, in a
/// share of the patches.
///
/// Synthetic heads have widely varying contrasts, and a network that has to estimate the intensity of gray matter first
/// learns slowly where its borders are. Nyúl and Udupa (1999) standardize histograms with percentiles as landmarks;
/// here the landmarks are the medians of the tissues.
public struct HistogramStandardization: Hashable, Codable, Sendable {
  /// Standard median of fluid, for intensities from 0 to 1.
  public var fluid: Float = 0.25
  /// Standard median of gray matter.
  public var gray: Float = 0.55
  /// Standard median of white matter.
  public var white: Float = 0.8
  /// Share of training patches that are standardized.
  public var share: Double
  /// Standard deviation of the landmarks, as a share of the distance between two tissues.
  public var jitter: Float = 0.1

  /// Creates a standardization.
  public init(share: Double = 0.75) { self.share = share }

  /// Least distance of two medians; closer medians, or another order, are not T1-weighted.
  static let leastDistance: Float = 0.02
  /// Least number of voxels for a median. Skull-stripped brains may have no fluid.
  static let leastCount = 200
  /// Distance of sampled voxels along each axis.
  static let stride = 3
}

extension HistogramStandardization {
  /// Median intensities of the tissues in an image scaled to 0...1.
  package struct Medians: Hashable {
    /// Median of fluid; `nil` if it is unknown.
    package var fluid: Float?
    /// Medians of gray and white matter.
    package var gray, white: Float

    /// Computes the medians of intensities. Returns `nil` if gray or white matter has too few voxels, or if the order
    /// is not that of T1 weighting.
    init?(fluid: [Float], gray: [Float], white: [Float]) {
      func median(_ values: [Float]) -> Float? {
        values.count < leastCount ? nil : OrderStatistics(of: values).percentile(50).map(Float.init)
      }
      guard let gray = median(gray), let white = median(white) else { return nil }
      self.init(fluid: median(fluid), gray: gray, white: white)
    }

    /// Checks medians. Returns `nil` if their order is not that of T1 weighting.
    package init?(fluid: Float?, gray: Float, white: Float) {
      guard white - gray >= leastDistance, gray - (fluid ?? 0) >= leastDistance, white <= 1 else {
        return nil
      }
      // Fluid as dark as air cannot be distinguished from it and is not used as a landmark.
      self.fluid = fluid.flatMap { $0 >= leastDistance ? $0 : nil }
      self.gray = gray
      self.white = white
    }
  }

  /// Returns the medians of the labeled tissues. Voxels next to another label are left out because of partial volume,
  /// which affects the thin fluid in sulci most.
  package func medians(of patch: Patch) -> Medians? {
    let (rows, slices) = (patch.size.x, patch.size.x * patch.size.y)
    var values: [UInt8: [Float]] = [:]
    patch.labels.withUnsafeBufferPointer { labels in
      for z in Swift.stride(from: 1, to: patch.size.z - 1, by: Self.stride) {
        for y in Swift.stride(from: 1, to: patch.size.y - 1, by: Self.stride) {
          for x in Swift.stride(from: 1, to: patch.size.x - 1, by: Self.stride) {
            let offset = x + rows * y + slices * z
            let label = labels[offset]
            guard label != 0, labels[offset - 1] == label, labels[offset + 1] == label,
              labels[offset - rows] == label, labels[offset + rows] == label,
              labels[offset - slices] == label, labels[offset + slices] == label
            else { continue }
            values[label, default: []].append(patch.image[offset])
          }
        }
      }
    }
    func found(_ tissue: Tissue) -> [Float] { values[UInt8(tissue.rawValue)] ?? [] }
    return Medians(fluid: found(.csf), gray: found(.grayMatter), white: found(.whiteMatter))
  }

  /// Applies the piecewise linear map through 0, the landmarks and 1.
  package func apply(_ medians: Medians, to voxels: inout [Float]) {
    var knots: [(from: Float, to: Float)] = [(0, 0)]
    if let fluid = medians.fluid { knots.append((fluid, self.fluid)) }
    knots += [(medians.gray, gray), (medians.white, white)]
    let end: Float = max(1, medians.white + 1e-3)
    knots.append((end, 1))
    let slopes = zip(knots.dropFirst(), knots).map { ($0.to - $1.to) / ($0.from - $1.from) }
    for index in voxels.indices {
      let value = min(max(voxels[index], 0), end)
      var segment = slopes.count - 1
      while segment > 0, value < knots[segment].from { segment -= 1 }
      voxels[index] = knots[segment].to + slopes[segment] * (value - knots[segment].from)
    }
  }

  /// Standardizes a patch with the probability `share`.
  package func apply(to patch: inout Patch, using generator: inout some RandomNumberGenerator) {
    guard generator.isHit(share), let medians = medians(of: patch) else { return }
    apply(jittered(medians, using: &generator) ?? medians, to: &patch.image)
  }

  private func jittered(_ medians: Medians, using generator: inout some RandomNumberGenerator) -> Medians? {
    let below = medians.gray - (medians.fluid ?? 0)
    let above = medians.white - medians.gray
    func moved(_ value: Float, by distance: Float) -> Float {
      value + jitter * distance * NormalDistribution.standard.next(using: &generator)
    }
    let fluid = medians.fluid.map { moved($0, by: below) }
    let gray = moved(medians.gray, by: min(below, above))
    return Medians(fluid: fluid, gray: gray, white: min(moved(medians.white, by: above), 1))
  }
}
