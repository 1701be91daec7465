import Foundation
import Imaging
import Numerics

/// Synthesizes images from label maps, with the intensity scaling of inference.
public struct HeadSynthesizer: Sendable {
  /// The prior distributions.
  public let synthesis: Synthesis
  /// The intensity scaling; `nil` keeps the intensities, in which white matter of T1 weighting is 1.
  public let scaling: IntensityScaling?

  /// Creates a synthesizer.
  public init(
    _ synthesis: Synthesis = Synthesis(), scaling: IntensityScaling? = .percentile,
    truth: [OutputLabel] = OutputLabel.tissues
  ) {
    self.synthesis = synthesis
    self.scaling = scaling
    self.truth = truth
  }

  /// The labels of the ground truth; voxels are labeled with indices into this list.
  public let truth: [OutputLabel]

  /// Distance in voxels of the points from which a head's intensity scale is estimated.
  package static let overviewStride = 5

  /// Returns a patch of a new image, at a random position.
  public func patch(
    from labels: HeadLabelMap, size: SIMD3<Int>, using generator: inout some RandomNumberGenerator
  ) -> Patch {
    let head = head(from: labels, using: &generator)
    return head.patch(window(in: head, size: size, using: &generator))
  }

  /// Returns a new image, on the grid of the label map.
  public func head(
    from labels: HeadLabelMap, using generator: inout some RandomNumberGenerator
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
      // Splines average their control values. The wider range lets the sum reach both ends.
      texture = SplineField(covering: grid.shape, spacing: distance / spacing) {
        Float.random(in: -3...3, using: &fast)
      }
    }
    var head = SyntheticHead(
      labels: labels, map: map, palette: palette, texture: texture, acquisition: acquisition,
      stripping: stripping, view: view,
      truth: labels.kinds.map { place(of: $0, isMirrored: map.affine.determinant < 0) })
    head.curve = curve(of: head, using: &generator)
    return head
  }

  /// Returns the index of a kind in the list of labels: that of its structure, of its part, or otherwise of its tissue.
  /// In a mirrored head, structures are on the other side.
  private func place(of kind: HeadLabelMap.Kind, isMirrored: Bool) -> UInt8 {
    let structure = isMirrored ? kind.structure?.mirrored : kind.structure
    let place = truth.firstIndex {
      if let wanted = $0.structure { return wanted == structure }
      return $0.tissue == kind.tissue && ($0.part == nil || $0.part == kind.matter.part)
    }
    return UInt8(place ?? 0)
  }

  /// Returns the gray scale curve, which scales a patch as the whole image would be scaled, because a patch without fat
  /// or air has other percentiles.
  private func curve(
    of head: SyntheticHead, using generator: inout some RandomNumberGenerator
  ) -> GrayCurve {
    let brightest = head.brightest
    let gamma = head.acquisition.gamma
    var values = head.overview(every: Self.overviewStride)
    GrayCurve(brightest: brightest, gamma: gamma, slope: 1, offset: 0, range: nil).apply(to: &values)
    let jitter = exp(
      synthesis.acquisition.scaleJitter * Double(NormalDistribution.standard.next(using: &generator)))
    // An image without contrast is not scaled, like a tile of air in a scan.
    guard let scaling, let scale = try? scaling.scale(of: values) else {
      return GrayCurve(brightest: brightest, gamma: gamma, slope: 1, offset: 0, range: nil)
    }
    return GrayCurve(
      brightest: brightest, gamma: gamma, slope: Float(scale.slope * jitter), offset: Float(scale.offset),
      range: scale.range)
  }

  /// Draws the position of a patch.
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
      // A patch stays inside the image if the image is large enough, as tiles do.
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

  /// Draws a position around the brain, which may extend beyond the image.
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
  /// An upper bound of the acquired values.
  var brightest: Float {
    let factor = acquisition.bias.map { $0.values.max() ?? 1 } ?? 1
    return palette.brightest * factor * (1 + (acquisition.ghost?.strength ?? 0)) + 4 * acquisition.noise
  }

  /// Returns the position in the image of a voxel of the label map's window, without the elastic deformation.
  func place(of offset: Int) -> SIMD3<Int> {
    let shape = labels.window.shape
    let voxel = SIMD3(offset % shape.x, offset / shape.x % shape.y, offset / (shape.x * shape.y))
    let point = SIMD3<Double>(voxel &+ labels.window.start)
    return SIMD3<Int>((map.affine.inverse?(point) ?? point).rounded(.toNearestOrEven))
  }
}

extension HeadLabelMap {
  /// Draws a voxel that is not air, by its offset in the window; `nil` if none was found.
  func randomHeadOffset(using generator: inout some RandomNumberGenerator) -> Int? {
    for _ in 0..<50 {
      let offset = Int.random(in: indices.indices, using: &generator)
      if indices[offset] != 0 { return offset }
    }
    return nil
  }
}

extension HeadSynthesizer {
  /// Returns a whole synthetic image and its ground truth, on the label map's grid. It is a pure function of seed, name
  /// and number, so that it does not depend on which other images are made.
  public func example(
    _ number: Int, of labels: HeadLabelMap, named name: String, seed: UInt64
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
