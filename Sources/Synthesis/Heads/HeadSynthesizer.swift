import Foundation
import Imaging
import Numerics

/// Draws images from label maps: what a `Synthesis` allows, from a generator, scaled as inference scales scans.
public struct HeadSynthesizer: Sendable {
  public let synthesis: Synthesis
  /// `nil` keeps the intensities, white matter of T1 weighting being 1.
  public let scaling: IntensityScaling?

  public init(
    _ synthesis: Synthesis = Synthesis(), scaling: IntensityScaling? = .percentile,
    truth: [OutputLabel] = OutputLabel.tissues
  ) {
    self.synthesis = synthesis
    self.scaling = scaling
    self.truth = truth
  }

  /// What the truth tells apart: voxels are labelled with places in this list.
  public let truth: [OutputLabel]

  /// Points of a whole head from which its intensity scale is estimated lie this many voxels apart.
  package static let overviewStride = 5

  /// A patch of a new image, at a place of its own.
  public func patch(
    from labels: HeadLabels, size: SIMD3<Int>, using generator: inout some RandomNumberGenerator
  ) -> Patch {
    let head = head(from: labels, using: &generator)
    return head.patch(window(in: head, size: size, using: &generator))
  }

  /// A new image, on the grid of the label map.
  public func head(
    from labels: HeadLabels, using generator: inout some RandomNumberGenerator
  ) -> SyntheticHead {
    let grid = labels.grid
    let spacing = grid.affine.spacing
    let map = synthesis.spatial.map(from: grid, centre: grid.shape / 2, size: grid.shape, using: &generator)
    var palette = synthesis.contrast.palette(using: &generator)
    let acquisition = synthesis.acquisition.draw(on: grid, using: &generator)
    var films = SeededGenerator(seed: ~acquisition.seed)
    synthesis.contrast.shadeBorders(of: &palette, using: &films)
    var stripping = synthesis.stripping.draw(on: grid, using: &generator)
    if let share = synthesis.stripping.filmShare { stripping?.keepsFilm = films.isHit(share) }
    synthesis.contrast.varyCortex(of: &palette, using: &films)
    let view = synthesis.view.window(of: labels, map, using: &generator)
    var texture: SplineField?
    if synthesis.contrast.texture > 0 {
      let distance = Double.random(in: synthesis.contrast.textureSpacing, using: &generator)
      var fast = SeededGenerator(seed: generator.next())
      // Splines average their control values: drawn from a wider range, the sum still reaches both ends.
      texture = SplineField(covering: grid.shape, spacing: distance / spacing) {
        Float.random(in: -3...3, using: &fast)
      }
    }
    var head = SyntheticHead(
      labels: labels, map: map, palette: palette, texture: texture, acquisition: acquisition,
      stripping: stripping, view: view, truth: labels.kinds.map(place))
    head.curve = curve(of: head, using: &generator)
    return head
  }

  /// Of a kind in the truth's list: where its part stands there, or else where its tissue does.
  private func place(of kind: HeadLabels.Kind) -> UInt8 {
    let place = truth.firstIndex {
      $0.tissue == kind.tissue && ($0.part == nil || $0.part == kind.matter.part)
    }
    return UInt8(place ?? 0)
  }

  /// Scales as the whole image would be scaled: a patch without fat or air must not be scaled by itself.
  private func curve(
    of head: SyntheticHead, using generator: inout some RandomNumberGenerator
  ) -> GreyCurve {
    let brightest = head.brightest
    let gamma = head.acquisition.gamma
    var values = head.overview(every: Self.overviewStride)
    GreyCurve(brightest: brightest, gamma: gamma, slope: 1, offset: 0, range: nil).apply(to: &values)
    let jitter = exp(
      synthesis.acquisition.scaleJitter * Double(NormalDistribution.standard.next(using: &generator)))
    // An image without contrast stays as it is: nothing to see, as a tile of air in a scan.
    guard let scaling, let scale = try? scaling.scale(of: values) else {
      return GreyCurve(brightest: brightest, gamma: gamma, slope: 1, offset: 0, range: nil)
    }
    return GreyCurve(
      brightest: brightest, gamma: gamma, slope: Float(scale.slope * jitter), offset: Float(scale.offset),
      range: scale.range)
  }

  /// Where a patch lies in an image.
  private func window(
    in head: SyntheticHead, size: SIMD3<Int>, using generator: inout some RandomNumberGenerator
  ) -> Window {
    let labels = head.labels
    if synthesis.centredShare > 0, generator.isHit(synthesis.centredShare) {
      return centredWindow(in: head, size: size, using: &generator)
    }
    let choice = Double.random(in: 0..<1, using: &generator)
    var centre: SIMD3<Int>?
    if choice < synthesis.brainShare {
      centre = labels.brain.randomOffset(using: &generator).map { head.place(of: $0) }
    } else if choice < synthesis.brainShare + synthesis.headShare {
      centre = labels.randomHeadOffset(using: &generator).map { head.place(of: $0) }
    }
    let view = head.view
    var start = SIMD3<Int>.zero
    for axis in 0..<3 {
      // As tiles do, a patch stays in the image where the image is large enough.
      let slack = view.shape[axis] - size[axis]
      let origins = view.start[axis] + min(0, slack)...view.start[axis] + max(0, slack)
      if let centre {
        start[axis] = min(max(centre[axis] - size[axis] / 2, origins.lowerBound), origins.upperBound)
      } else {
        start[axis] = Int.random(in: origins, using: &generator)
      }
    }
    return Window(start: start, shape: size)
  }

  /// Around the brain, wherever the image ends.
  private func centredWindow(
    in head: SyntheticHead, size: SIMD3<Int>, using generator: inout some RandomNumberGenerator
  ) -> Window {
    let brain = head.labels.brainWindow
    let middle = SIMD3<Double>(2 &* brain.start &+ brain.shape &- 1) / 2
    let spacing = head.grid.affine.spacing
    var centre = head.map.affine.inverse?(middle) ?? middle
    for axis in 0..<3 {
      let reach = synthesis.centreOffset / spacing[axis]
      centre[axis] += Double.random(in: -reach...reach, using: &generator)
    }
    return Window(start: SIMD3<Int>(centre.rounded(.toNearestOrEven)) &- size / 2, shape: size)
  }
}

extension SyntheticHead {
  /// Bounds what the scanner's values can be.
  var brightest: Float {
    let factor = acquisition.bias.map { $0.values.max() ?? 1 } ?? 1
    return palette.brightest * factor * (1 + (acquisition.ghost?.strength ?? 0)) + 4 * acquisition.noise
  }

  /// Where a voxel of the label map's window appears in the image, the elastic part of the map left out.
  func place(of offset: Int) -> SIMD3<Int> {
    let shape = labels.window.shape
    let voxel = SIMD3(offset % shape.x, offset / shape.x % shape.y, offset / (shape.x * shape.y))
    let point = SIMD3<Double>(voxel &+ labels.window.start)
    return SIMD3<Int>((map.affine.inverse?(point) ?? point).rounded(.toNearestOrEven))
  }
}

extension HeadLabels {
  /// A voxel that is not air, by its offset in the window; `nil` where chance found none.
  func randomHeadOffset(using generator: inout some RandomNumberGenerator) -> Int? {
    for _ in 0..<50 {
      let offset = Int.random(in: indices.indices, using: &generator)
      if indices[offset] != 0 { return offset }
    }
    return nil
  }
}

extension HeadSynthesizer {
  /// A whole synthetic image and its truth, on the label map's grid: a pure function of the seed, the name and
  /// the number, so that it does not matter which others are made beside it.
  public func example(
    _ number: Int, of labels: HeadLabels, named name: String, seed: UInt64
  ) -> LabeledImage {
    let hash = Fingerprint(of: name.utf8)
    var generator = SeededGenerator(seed: seed ^ hash.value, stream: UInt64(number))
    let head = head(from: labels, using: &generator)
    let patch = head.patch(Window(start: .zero, shape: labels.grid.shape))
    return LabeledImage(
      image: Volume(grid: labels.grid, voxels: patch.image),
      labels: LabelMap(grid: labels.grid, labels: patch.labels.map(UInt16.init)))
  }
}
