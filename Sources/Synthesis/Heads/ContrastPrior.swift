import Foundation
import Imaging
import Numerics

/// The prior distribution of the structures' intensities, relative to white matter of a T1-weighted image.
///
/// The ranges of T1 weighting include MPRAGE and spoiled gradient echo at 1.5 T and 3 T: fluid is darker than gray
/// matter, which is darker than white matter, and the distances between them are drawn.
public struct ContrastPrior: Hashable, Codable, Sendable {
  /// Share of images with arbitrary intensities.
  public var arbitraryShare = 0.08
  /// Share of T1-weighted images with a low contrast of gray and white matter, as from old scanners.
  public var lowContrastShare = 0.25
  /// Intensity of gray matter relative to white matter.
  public var gray = 0.52...0.82
  /// Intensity of gray matter in images of low contrast.
  public var lowContrastGray = 0.72...0.9
  /// Intensity of fluid relative to gray matter.
  public var fluid = 0.12...0.75
  /// Darkening of the cortex where two banks of a sulcus meet, as a share of the distance to fluid; `nil`, in models of
  /// older versions, for none.
  public var fold: ClosedRange<Double>? = 0...0.3
  /// Darkening of the cortex next to fluid; negative values are brighter. In a scan of a whole head (subject S1 of
  /// pycortex), voxels inside FreeSurfer's pial surface are darker than the cortex by a median of 0.13, those outside
  /// by 0.64, and folds by 0.11; in images without shaded borders by 0.25, 0.68 and 0.01.
  public var rim: ClosedRange<Double>? = -0.3...0.1
  /// Intensity of membranes in the fluid, as a share of the distance from fluid to cortex; `nil`, in models of older
  /// versions, for that of fluid.
  public var membrane: ClosedRange<Double>? = 0...1.2
  /// Share of T1-weighted images with fat suppression, where fat is darker than muscle.
  public var fatSuppressionShare = 0.25
  /// Standard deviation of independent voxels within a structure.
  public var deviation = 0.0...0.05
  /// Greatest amplitude of a smooth texture within a structure, relative to white matter; three times as large in
  /// structures that fibers cross. Soft tissue outside the brain always varies between fat and muscle.
  public var texture = 0.06
  /// Distance of the texture's control points, in mm.
  public var textureSpacing = 5.0...40.0
  /// Amplitude of the texture in the cortex, which is brighter where it has more myelin, as a share of the distance
  /// from cortex to white matter. `nil`, in models of older versions, or a `texture` of 0, gives the cortex the texture
  /// of other structures.
  ///
  /// In a scan of a whole head (subject S1 of pycortex), nine of ten places are within -0.22 and 0.30 of that distance
  /// from the median; in five scans of IBSR, the darkest of twenty places is 0.12 to 0.24 below it. In synthetic heads
  /// it was 0.1 with `texture` alone, and is 0.17 in the mean of six, at most 0.4.
  public var regions: ClosedRange<Double>? = 0...0.6

  /// Creates the default prior.
  public init() {}

  /// Draws a Gaussian intensity distribution and a texture for each tissue class.
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
      // The density of fibers varies in these structures: parts of the thalamus and the pallidum are as bright as white
      // matter, and so are the cores of the cerebellar folia, which label maps count as cortex.
      for matter in [TissueClass.thalamus, .pallidum, .putamen, .cerebellarCortex] {
        palette[matter].texture *= 3
      }
    }
    palette[.fold] = palette[.cortex]
    palette[.rim] = palette[.cortex]
    palette[.film] = palette[.fluid]
    palette[.membrane] = palette[.fluid]
    return palette
  }

  /// Shades the cortex next to fluid and where two banks of a sulcus meet, and sets the intensity of membranes.
  package func shadeBorders(of palette: inout Palette, using generator: inout some RandomNumberGenerator) {
    let distance = palette[.fluid].mean - palette[.cortex].mean
    for case (let matter, let shares?) in [(TissueClass.fold, fold), (.rim, rim)] {
      palette[matter].mean += Float(Double.random(in: shares, using: &generator)) * distance
      // The thickness of the films of fluid varies.
      palette[matter].deviation += 0.15 * abs(distance)
    }
    if let membrane {
      palette[.membrane].mean -= Float(Double.random(in: membrane, using: &generator)) * distance
      palette[.membrane].deviation += 0.15 * abs(distance)
    }
  }

  /// Increases the variation of the cortex over that of other structures.
  package func varyCortex(of palette: inout Palette, using generator: inout some RandomNumberGenerator) {
    guard let regions else { return }
    let distance = abs(palette[.whiteMatter].mean - palette[.cortex].mean)
    let amplitude = Float(Double.random(in: regions, using: &generator)) * distance
    for matter in [TissueClass.cortex, .fold, .rim] {
      palette[matter].texture = max(palette[matter].texture, amplitude)
    }
  }

  /// Tissue classes with their own intensity distribution.
  private static let drawn = TissueClass.allCases.filter {
    ![.air, .fold, .rim, .film, .membrane].contains($0)
  }

  private static let parts: [(TissueClass, TissueClass)] = [
    (.cerebellarCortex, .cortex), (.hippocampus, .cortex), (.caudate, .cortex), (.putamen, .cortex),
    (.cerebellarWhite, .whiteMatter), (.brainStem, .whiteMatter), (.mixedFibres, .whiteMatter),
    (.lesion, .whiteMatter),
  ]

  /// Draws the means of T1 weighting.
  private func weighted(using generator: inout some RandomNumberGenerator) -> [TissueClass: Double] {
    func draw(_ range: ClosedRange<Double>) -> Double { Double.random(in: range, using: &generator) }
    let isLow = generator.isHit(lowContrastShare)
    let gray = draw(isLow ? lowContrastGray : self.gray)
    let fluid = gray * draw(self.fluid)
    /// Draws a value between gray and white matter; 0 is gray matter, 1 is white matter.
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

/// The intensity distributions of one synthetic image, before the acquisition.
package struct Palette: Hashable, Sendable {
  /// The intensity distribution of one tissue class.
  package struct Color: Hashable, Sendable {
    /// The mean.
    package var mean: Float = 0
    /// Standard deviation of independent voxels.
    package var deviation: Float = 0
    /// Amplitude of the smooth texture.
    package var texture: Float = 0
  }

  private var colors = [Color](repeating: Color(), count: TissueClass.allCases.count)

  /// The intensity distribution of a tissue class.
  package subscript(matter: TissueClass) -> Color {
    get { colors[Int(matter.rawValue)] }
    set { colors[Int(matter.rawValue)] = newValue }
  }

  /// The greatest intensity, including the texture.
  var brightest: Float { colors.map { $0.mean + abs($0.texture) + 3 * $0.deviation }.max() ?? 0 }
}

/// A tabulated gray scale curve: gamma correction and intensity scaling from acquired values to the network's input.
///
/// The table has 4096 intervals between 0 and `brightest`, linearly interpolated; values outside are clamped.
package struct GrayCurve: Sendable {
  private let table: [Float]
  private let steps: Float

  static let intervals = 4096

  /// Tabulates the curve: the gamma correction between 0 and `brightest`, then `slope * v + offset`, clamped to
  /// `range`.
  package init(brightest: Float, gamma: Float, slope: Float, offset: Float, range: ClosedRange<Float>?) {
    steps = brightest > 0 ? Float(Self.intervals) / brightest : 0
    table = (0...Self.intervals + 1).map { n in
      let share = min(Float(n) / Float(Self.intervals), 1)
      let value = slope * brightest * (gamma == 1 ? share : pow(share, gamma)) + offset
      return range.map { min(max(value, $0.lowerBound), $0.upperBound) } ?? value
    }
  }

  /// Applies the curve.
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
