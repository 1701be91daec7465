import Imaging
import Numerics

/// One synthetic image of a label map: all random choices are made, and voxels are computed on request.
///
/// Any box of voxels has the same values as in the whole image, because noise is a function of the position and all
/// fields cover the whole head.
public struct SyntheticHead: Sendable {
  /// The label map.
  public let labels: HeadLabelMap
  /// From voxels of the image to voxels of the label map's grid.
  let map: SpatialMap
  /// The intensities of the structures.
  package let palette: Palette
  /// Texture, between -1 and 1 over the grid; `nil` for none.
  let texture: SplineField?
  /// The acquisition.
  package let acquisition: Acquisition
  /// The skull stripping; `nil` for none.
  package let stripping: SkullStripping?
  /// The field of view, in voxels of the grid; outside, image and labels are 0.
  package let view: Window
  /// The ground truth label of each kind of the label map.
  let truth: [UInt8]
  /// The gray scale curve to the network's input; `nil` for none.
  package var curve: GrayCurve?

  /// Grid of the image and its ground truth.
  public var grid: Grid { labels.grid }

  /// Computes a box of voxels, which may extend beyond the grid.
  public func patch(_ window: Window) -> Patch {
    let axes = (0..<3).map { axis in
      acquisition.sampling(
        of: window.start[axis]..<window.start[axis] + window.shape[axis], along: axis)
    }
    let fine = Lattice(
      start: [axes[0].needed.lowerBound, axes[1].needed.lowerBound, axes[2].needed.lowerBound],
      count: [axes[0].needed.count, axes[1].needed.count, axes[2].needed.count])
    var sample = labels.sample(fine, along: map, withDepth: stripping != nil)
    var image = painted(sample, on: fine)
    image = axes[2].sample(image, inner: fine.count.x * fine.count.y)
    image = axes[1].sample(image, inner: fine.count.x)
    image = axes[0].sampleRows(image)
    if acquisition.ghost != nil { addGhost(to: &image, positions: axes.map(\.positions)) }
    acquisition.shadeAndAddNoise(
      to: &image, positions: axes.map(\.positions), numbers: axes.map(\.samples))
    image = axes[0].restore(image, inner: 1)
    image = axes[1].restore(image, inner: window.shape.x)
    image = axes[2].restore(image, inner: window.shape.x * window.shape.y)

    let lattice = Lattice(start: window.start, count: window.shape)
    sample.crop(from: fine, to: lattice)
    blacken(&image, &sample, on: lattice)
    curve?.apply(to: &image)
    return Patch(size: window.shape, image: image, labels: sample.indices.map { truth[Int($0)] })
  }

  /// Returns the intensities of structures before the acquisition.
  func painted(_ sample: HeadLabelMap.Sample, on lattice: Lattice, salt: UInt64 = 0) -> [Float] {
    let colors = labels.kinds.map { palette[$0.matter] }
    var image = [Float](repeating: 0, count: lattice.total)
    let hash = HashNoise(seed: ~acquisition.seed &+ salt)
    let width = lattice.count.x
    image.withUnsafeMutableBufferPointer { image in
      sample.indices.withUnsafeBufferPointer { indices in
        colors.withUnsafeBufferPointer { colors in
          HashNoise.quantiles.withUnsafeBufferPointer { normal in
            for n in 0..<lattice.count.y * lattice.count.z {
              let (k, j) = n.quotientAndRemainder(dividingBy: lattice.count.y)
              let row = hash.row(lattice.start.y + lattice.stride * j, lattice.start.z + lattice.stride * k)
              for i in 0..<width {
                let color = colors[Int(indices[width * n + i])]
                let bits = hash.bits(lattice.start.x + lattice.stride * i, row: row)
                image[width * n + i] = color.mean + color.deviation * normal[Int(bits & HashNoise.mask)]
              }
            }
            texture?.restricted(to: lattice).forEachRow { start, values in
              for i in 0..<values.count {
                image[start + i] += colors[Int(indices[start + i])].texture * min(max(values[i], -1), 1)
              }
            }
          }
        }
      }
    }
    return image
  }

  /// Sets voxels outside the field of view and the skull stripping mask to 0, and air if the background is black.
  private func blacken(_ image: inout [Float], _ sample: inout HeadLabelMap.Sample, on lattice: Lattice) {
    if acquisition.isAirBlack {
      for n in image.indices where sample.indices[n] == 0 { image[n] = 0 }
    }
    if let stripping {
      let kept = stripping.apply(to: &sample, on: lattice, kinds: labels.kinds)
      for n in image.indices where !kept[n] { image[n] = 0 }
    }
    let end = view.start &+ view.shape
    for k in 0..<lattice.count.z {
      let z = lattice.start.z + lattice.stride * k
      for j in 0..<lattice.count.y {
        let y = lattice.start.y + lattice.stride * j
        let isRowSeen = (view.start.z..<end.z).contains(z) && (view.start.y..<end.y).contains(y)
        let start = lattice.count.x * (j + lattice.count.y * k)
        for i in 0..<lattice.count.x {
          let x = lattice.start.x + lattice.stride * i
          if isRowSeen && x >= view.start.x && x < end.x { continue }
          image[start + i] = 0
          sample.indices[start + i] = 0
        }
      }
    }
  }

  /// Adds the ghost. A coarse lattice is sufficient, because motion blurs.
  private func addGhost(to image: inout [Float], positions: [[Int]]) {
    guard let ghost = acquisition.ghost else { return }
    let stride = 3
    var moved = positions
    moved[ghost.axis] = positions[ghost.axis].map { $0 - ghost.shift }
    // Multiples of the stride, counted from the grid's first voxel, give every patch the same points.
    let places = moved.map { $0.map { Int((Double($0) / Double(stride)).rounded()) } }
    var lattice = Lattice(start: .zero, count: .one, stride: stride)
    for axis in 0..<3 {
      let (first, last) = (places[axis].min() ?? 0, places[axis].max() ?? 0)
      lattice.start[axis] = first * stride
      lattice.count[axis] = last - first + 1
    }
    let copy = painted(labels.sample(lattice, along: map, withDepth: false), on: lattice)
    let own = (0..<3).map { axis in places[axis].map { $0 - lattice.start[axis] / stride } }
    var index = 0
    for k in own[2] {
      for j in own[1] {
        let row = lattice.count.x * (j + lattice.count.y * k)
        for i in own[0] {
          image[index] += ghost.strength * copy[row + i]
          index += 1
        }
      }
    }
  }

  /// Returns intensities of points all over the field of view, from which the percentiles of the whole image are
  /// estimated. Each is the mean of the eight corners of a box with the variance of the acquisition's blur.
  package func overview(every stride: Int) -> [Float] {
    let count = (view.shape &+ (stride - 1)) / stride
    let lattice = Lattice(start: view.start &+ stride / 2, count: count, stride: stride)
    // Interpolation between samples also blurs, by a sixth of their squared distance on average.
    let sampled = SIMD3<Double>(
      acquisition.step.x == 1 && acquisition.phase.x == 0 ? 0 : 1,
      acquisition.step.y == 1 && acquisition.phase.y == 0 ? 0 : 1,
      acquisition.step.z == 1 && acquisition.phase.z == 0 ? 0 : 1)
    let squares =
      acquisition.deviation * acquisition.deviation + sampled * acquisition.step * acquisition.step / 6
    let reach = squares.squareRoot()
    var image = [Float](repeating: 0, count: lattice.total)
    var sample = labels.sample(lattice, along: map, withDepth: stripping != nil)
    for corner in 0..<8 {
      let signs = SIMD3<Double>(
        corner & 1 == 0 ? -1 : 1, corner & 2 == 0 ? -1 : 1, corner & 4 == 0 ? -1 : 1)
      let near = labels.sample(lattice, along: map, shift: signs * reach, withDepth: false)
      // Voxels that the acquisition averages have independent noise.
      let part = painted(near, on: lattice, salt: UInt64(corner) + 1)
      for n in image.indices { image[n] += 0.125 * part[n] }
    }
    // The noise of two samples averaged with weights u and 1 − u has 2/3 of the variance, on average over u.
    let factor = (0..<3).reduce(1.0) { $0 * (sampled[$1] > 0 ? (2.0 / 3).squareRoot() : 1) }
    acquisition.shadeAndAddNoise(
      to: &image, positions: (0..<3).map { lattice.voxels(along: $0) },
      numbers: (0..<3).map { 0..<count[$0] },
      noiseFactor: Float(factor))
    blacken(&image, &sample, on: lattice)
    return image
  }
}

extension HeadLabelMap.Sample {
  /// Keeps a box inside the lattice that was sampled, both with stride 1.
  mutating func crop(from whole: Lattice, to part: Lattice) {
    if whole == part { return }
    let start = part.start &- whole.start
    func cut<Element>(_ values: [Element]) -> [Element] {
      guard !values.isEmpty else { return values }
      var result: [Element] = []
      result.reserveCapacity(part.total)
      for k in start.z..<start.z + part.count.z {
        for j in start.y..<start.y + part.count.y {
          let first = start.x + whole.count.x * (j + whole.count.y * k)
          result.append(contentsOf: values[first..<first + part.count.x])
        }
      }
      return result
    }
    indices = cut(indices)
    depth = cut(depth)
  }
}
