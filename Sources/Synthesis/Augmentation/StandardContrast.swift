import Imaging
import Numerics

/// Brings the middles of fluid, gray and white matter to intensities that are always the same, in a share of the patches.
///
/// Synthetic heads have them anywhere between black and the fat's white, and a network that has to see first how dark gray
/// matter is learns slowly where its borders lie. Histograms were standardized so by Nyúl and Udupa (1999), whose landmarks
/// are percentiles; here they are medians of tissues.
public struct StandardContrast: Hashable, Codable, Sendable {
  /// Where the medians come to, of intensities from 0 to 1.
  public var fluid: Float = 0.25
  public var gray: Float = 0.55
  public var white: Float = 0.8
  /// The share of training patches that are brought there.
  public var share: Double
  /// How far from there medians lie, as a standard deviation of the distance between two tissues.
  public var jitter: Float = 0.1

  public init(share: Double = 0.75) { self.share = share }

  /// Medians nearer to each other than this, or in another order, are no T1 weighting.
  static let leastDistance: Float = 0.02
  /// Fewer voxels have no median to rely on. Stripped brains may be without fluid.
  static let leastCount = 200
  /// Voxels that count are this many apart along each axis.
  static let stride = 3
}

extension StandardContrast {
  /// Medians of the tissues in an image that is scaled to 0...1.
  package struct Medians: Hashable {
    package var fluid: Float?
    package var gray, white: Float

    /// `nil` where gray and white matter are not there, or lie in another order than T1 weighting has them.
    init?(fluid: [Float], gray: [Float], white: [Float]) {
      func median(_ values: [Float]) -> Float? {
        values.count < leastCount ? nil : OrderStatistics(of: values).percentile(50).map(Float.init)
      }
      guard let gray = median(gray), let white = median(white) else { return nil }
      self.init(fluid: median(fluid), gray: gray, white: white)
    }

    package init?(fluid: Float?, gray: Float, white: Float) {
      guard white - gray >= leastDistance, gray - (fluid ?? 0) >= leastDistance, white <= 1 else {
        return nil
      }
      // Fluid as black as air has no intensity of its own to bring anywhere.
      self.fluid = fluid.flatMap { $0 >= leastDistance ? $0 : nil }
      self.gray = gray
      self.white = white
    }
  }

  /// Medians of what is labelled. Voxels with another label beside them are left out: they hold something of it, and
  /// the films of fluid in the sulci most of all.
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

  /// Straight from 0 through the medians' places to 1.
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

  /// Brings a patch there, if chance will have it.
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
