import Foundation
import Imaging
import Numerics

/// What intensities structures have, white matter of a T1-weighted image being 1.
///
/// The ranges for T1 weighting are wide enough to hold MPRAGE and spoiled gradient echo at 1.5 T and 3 T:
/// fluid is darker than gray, gray than white matter, and the gaps between them are drawn.
public struct ContrastPrior: Hashable, Codable, Sendable {
  /// Of images whose structures have any intensity at all.
  public var arbitraryShare = 0.08
  /// Of T1-weighted images: gray and white matter lie close, as on old scanners.
  public var lowContrastShare = 0.25
  /// Gray matter, of white matter.
  public var gray = 0.52...0.82
  public var lowContrastGray = 0.72...0.9
  /// Fluid, of gray matter.
  public var fluid = 0.12...0.75
  /// How far the cortex is darkened towards fluid where two banks of a sulcus meet, as a share of the way; `nil`, in
  /// models from before there was a choice, is not at all.
  public var fold: ClosedRange<Double>? = 0...0.3
  /// The same where the cortex touches fluid; below 0 it is brighter. In a scan of a whole head (subject S1 of pycortex)
  /// voxels inside FreeSurfer's pial surface are by a median of 0.13 darker than the cortex, those outside by 0.64, and
  /// folds by 0.11; in images without any shading of borders by 0.25, 0.68 and 0.01.
  public var rim: ClosedRange<Double>? = -0.3...0.1
  /// How bright membranes in the fluid are, as a share of the way from fluid to the cortex; `nil`, in models from
  /// before there was a choice, is as fluid.
  public var membrane: ClosedRange<Double>? = 0...1.2
  /// Of T1-weighted images: fat is suppressed and darker than muscle.
  public var fatSuppressionShare = 0.25
  /// Standard deviation within a structure, of voxels that are independent.
  public var deviation = 0.0...0.05
  /// Largest amplitude of a smooth texture within a structure, of white matter's intensity; three times that in
  /// structures that fibres cross, and soft tissue outside of the brain varies between fat and muscle in any case.
  public var texture = 0.06
  /// Distance of the texture's control points, in mm.
  public var textureSpacing = 5.0...40.0
  /// The texture's amplitude in the cortex, which is brighter where it holds much myelin, as a share of the way from
  /// cortex to white matter; `nil`, in models from before there was a choice, is as elsewhere, and so it is where `texture`
  /// is 0. Nine of ten places are within -0.22 and 0.30 of that way from the median in a scan of a whole head (subject
  /// S1 of pycortex), and the darkest of twenty 0.12 to 0.24 below it in five scans of IBSR; in synthetic heads it was
  /// 0.1 by `texture` alone, and is 0.17 in the mean of six, at most 0.4.
  public var regions: ClosedRange<Double>? = 0...0.6

  public init() {}

  /// One Gaussian with its texture for each matter.
  package func palette(using generator: inout some RandomNumberGenerator) -> Palette {
    let isArbitrary = generator.isHit(arbitraryShare)
    var means = weighted(using: &generator)
    if isArbitrary {
      for matter in Self.drawn {
        means[matter] = Double.random(in: 0.02...1, using: &generator)
      }
      // Parts of one tissue differ less than tissues do, whatever the contrast.
      for (part, whole) in Self.parts {
        let own = means[part] ?? 0
        means[part] = (means[whole] ?? 0) * 0.75 + own * 0.25
      }
    }
    var palette = Palette()
    for matter in Self.drawn {
      let value = Float(means[matter] ?? 0)
      let amplitude = Double.random(in: 0...max(texture, 0), using: &generator)
      let color = Palette.Color(
        mean: value, deviation: Float(Double.random(in: deviation, using: &generator)),
        texture: Float(amplitude))
      palette[matter] = color
    }
    if texture > 0 {
      let (fat, muscle) = (palette[.fat].mean, palette[.muscle].mean)
      palette[.softTissue].mean = (fat + muscle) / 2
      palette[.softTissue].texture = (fat - muscle) / 2
      palette[.skin].texture *= 2
      // Fibres cross them in plenty here and sparsely there: parts of the thalamus and the pallidum are as bright as
      // white matter, and so are the folia's cores, which maps count as the cerebellum's cortex.
      for matter in [Matter.thalamus, .pallidum, .putamen, .cerebellarCortex] { palette[matter].texture *= 3 }
    }
    palette[.fold] = palette[.cortex]
    palette[.rim] = palette[.cortex]
    palette[.film] = palette[.fluid]
    palette[.membrane] = palette[.fluid]
    return palette
  }

  /// Shades the cortex where it meets fluid, or another bank, and lets membranes be seen.
  package func shadeBorders(of palette: inout Palette, using generator: inout some RandomNumberGenerator) {
    let distance = palette[.fluid].mean - palette[.cortex].mean
    for case (let matter, let shares?) in [(Matter.fold, fold), (.rim, rim)] {
      palette[matter].mean += Float(Double.random(in: shares, using: &generator)) * distance
      // Films are not everywhere as thick.
      palette[matter].deviation += 0.15 * abs(distance)
    }
    if let membrane {
      palette[.membrane].mean -= Float(Double.random(in: membrane, using: &generator)) * distance
      palette[.membrane].deviation += 0.15 * abs(distance)
    }
  }

  /// Lets the cortex differ from place to place, more than other matters do.
  package func varyCortex(of palette: inout Palette, using generator: inout some RandomNumberGenerator) {
    guard let regions else { return }
    let distance = abs(palette[.whiteMatter].mean - palette[.cortex].mean)
    let amplitude = Float(Double.random(in: regions, using: &generator)) * distance
    for matter in [Matter.cortex, .fold, .rim] {
      palette[matter].texture = max(palette[matter].texture, amplitude)
    }
  }

  /// Matters that have intensities of their own.
  private static let drawn = Matter.allCases.filter { ![.air, .fold, .rim, .film, .membrane].contains($0) }

  private static let parts: [(Matter, Matter)] = [
    (.cerebellarCortex, .cortex), (.hippocampus, .cortex), (.caudate, .cortex), (.putamen, .cortex),
    (.cerebellarWhite, .whiteMatter), (.brainStem, .whiteMatter), (.mixedFibres, .whiteMatter),
    (.lesion, .whiteMatter),
  ]

  /// Means of T1 weighting.
  private func weighted(using generator: inout some RandomNumberGenerator) -> [Matter: Double] {
    func draw(_ range: ClosedRange<Double>) -> Double { Double.random(in: range, using: &generator) }
    let isLow = generator.isHit(lowContrastShare)
    let gray = draw(isLow ? lowContrastGray : self.gray)
    let fluid = gray * draw(self.fluid)
    /// A share of the way from gray to white matter.
    func between(_ range: ClosedRange<Double>) -> Double { gray + (1 - gray) * draw(range) }
    let isSuppressed = generator.isHit(fatSuppressionShare)
    let fat = isSuppressed ? draw(0.15...0.5) : draw(0.9...1.8)
    let muscle = draw(0.35...0.8)
    return [
      .fluid: fluid, .plexus: fluid + (gray - fluid) * draw(0.1...0.9),
      .cortex: gray, .cerebellarCortex: between(-0.2...0.25), .hippocampus: between(-0.15...0.2),
      .caudate: between(-0.05...0.3), .putamen: between(0.05...0.5), .thalamus: between(0.25...0.9),
      .pallidum: between(0.4...1.05),
      .whiteMatter: 1, .cerebellarWhite: between(0.75...1.1), .brainStem: between(0.6...1.05),
      .mixedFibres: between(0.45...0.95), .lesion: between(0.1...1),
      .fat: fat, .muscle: muscle, .softTissue: (fat + muscle) / 2, .skin: draw(0.3...1.1),
      .bone: draw(0.02...0.25), .marrow: isSuppressed ? draw(0.15...0.5) : draw(0.5...1.5),
      .dura: draw(0.2...0.8), .vessel: draw(0.05...1.6), .eye: draw(0.08...0.4), .mucosa: draw(0.3...1),
    ]
  }
}

/// The intensities of one synthetic image: a Gaussian for each matter, before the scanner.
package struct Palette: Hashable, Sendable {
  package struct Color: Hashable, Sendable {
    package var mean: Float = 0
    /// Of voxels that are independent.
    package var deviation: Float = 0
    /// Amplitude of the smooth texture.
    package var texture: Float = 0
  }

  private var colors = [Color](repeating: Color(), count: Matter.allCases.count)

  package subscript(matter: Matter) -> Color {
    get { colors[Int(matter.rawValue)] }
    set { colors[Int(matter.rawValue)] = newValue }
  }

  /// The brightest mean, texture included.
  var brightest: Float { colors.map { $0.mean + abs($0.texture) + 3 * $0.deviation }.max() ?? 0 }
}

/// Gamma and intensity scaling of an image in one table: scanner's values in, the network's input out.
///
/// 4096 intervals between 0 and `brightest`, linear between; values below 0 or above count as the ends.
package struct GreyCurve: Sendable {
  private let table: [Float]
  private let steps: Float

  static let intervals = 4096

  /// Gamma is between 0 and `brightest`, which both stay; then `slope * v + offset`, cut to `range`.
  package init(brightest: Float, gamma: Float, slope: Float, offset: Float, range: ClosedRange<Float>?) {
    steps = brightest > 0 ? Float(Self.intervals) / brightest : 0
    table = (0...Self.intervals + 1).map { n in
      let share = min(Float(n) / Float(Self.intervals), 1)
      let value = slope * brightest * (gamma == 1 ? share : pow(share, gamma)) + offset
      return range.map { min(max(value, $0.lowerBound), $0.upperBound) } ?? value
    }
  }

  package func apply(to image: inout [Float]) {
    table.withUnsafeBufferPointer { table in
      image.withUnsafeMutableBufferPointer { image in
        for n in 0..<image.count {
          let place = min(max(image[n] * steps, 0), Float(Self.intervals))
          let step = Int(Int32(place))
          image[n] = table[step] + (table[step + 1] - table[step]) * (place - Float(step))
        }
      }
    }
  }
}
