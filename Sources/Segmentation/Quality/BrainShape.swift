import Imaging
import Numerics

/// Size, shape and connectedness of a brain and its tissues: the quality measures that depend on labels only.
struct BrainShape {
  private(set) var values: [QualityMeasure: Double] = [:]

  /// Area of the voxel faces along a surface over the area of the surface, on average over all directions.
  private static let areaOfFaces = 1.5

  init(_ labels: LabelMap, brain: LabelMap) {
    guard let extent = BrainExtent(brain) else { return }
    let size = extent.high - extent.low
    values[.width] = size.x / size.y
    values[.height] = size.z / size.y
    values[.centreShift] = ((extent.high.y + extent.low.y) / 2 - extent.centre.y) / size.y
    values[.baseStep] = BrainBase.step(of: brain, extent)
    values[.cutShare] = extent.cutShare
    values[.borderShare] = extent.borderShare
    countParts(of: labels)
    let slow: [Double?] = ParallelLoop.inParallel(
      { FlatEnd(brain)?.share }, { Self.asymmetry(of: labels, about: extent.centre.x) },
      { Self.thickness(of: labels) })
    (values[.flatShare], values[.asymmetry], values[.thickness]) = (slow[0], slow[1], slow[2])
  }

  private mutating func countParts(of labels: LabelMap) {
    let parts = ParallelLoop.map([Tissue.grayMatter, .whiteMatter]) { tissue in
      ConnectedComponents.sizes(of: tissue.rawValue, in: labels, connectivity: .corners)
    }
    let total = parts.joined().reduce(0, +)
    guard total > 0 else { return }
    let largest = parts.reduce(0) { $0 + ($1.max() ?? 0) }
    values[.strayShare] = Double(total - largest) / Double(total)
    let volume = Double(total) * labels.grid.voxelVolume / 1000
    values[.pieces] = Double(parts.joined().count) / volume
  }

  /// Returns the asymmetry of gray matter.
  /// - Parameter middle: world x in mm.
  private static func asymmetry(of labels: LabelMap, about middle: Double) -> Double? {
    let (affine, shape) = (labels.grid.affine, labels.grid.shape)
    var counts = (left: 0, right: 0)
    for k in 0..<shape.z {
      for j in 0..<shape.y {
        let first = labels.grid.offset(0, j, k)
        let x = affine([0, Double(j), Double(k)]).x - middle
        for i in 0..<shape.x where labels.labels[first + i] == Tissue.grayMatter.rawValue {
          if x + Double(i) * affine.i.x < 0 { counts.left += 1 } else { counts.right += 1 }
        }
      }
    }
    let sum = counts.left + counts.right
    return sum > 0 ? 2 * Double(abs(counts.left - counts.right)) / Double(sum) : nil
  }

  /// Returns the volume of GM over the area of its border with WM, in mm.
  private static func thickness(of labels: LabelMap) -> Double? {
    let (shape, spacing) = (labels.grid.shape, labels.grid.affine.spacing)
    let faces = [spacing.y * spacing.z, spacing.x * spacing.z, spacing.x * spacing.y]
    let strides = [1, shape.x, shape.x * shape.y]
    let (gray, white) = (Tissue.grayMatter.rawValue, Tissue.whiteMatter.rawValue)
    var (area, count) = (0.0, 0)
    labels.labels.withUnsafeBufferPointer { labels in
      var borders = [0, 0, 0]
      // The last voxel of a row and the first of the next row are not neighbors, but both are background if there is
      // any air.
      for index in labels.indices where labels[index] == gray {
        count += 1
        for axis in 0..<3 {
          if index >= strides[axis], labels[index - strides[axis]] == white { borders[axis] += 1 }
          if index + strides[axis] < labels.count, labels[index + strides[axis]] == white {
            borders[axis] += 1
          }
        }
      }
      area = zip(borders, faces).reduce(0) { $0 + Double($1.0) * $1.1 }
    }
    return area > 0 ? areaOfFaces * Double(count) * labels.grid.voxelVolume / area : nil
  }
}

/// The underside of a brain: cerebellum and brainstem are lower than the frontal lobes.
enum BrainBase {
  /// Parts of the brain's length, from the back, below which cerebellum and brainstem, and the frontal lobes, lie.
  private static let rear = 0.15..<0.4
  private static let front = 0.7..<0.9

  /// Returns the mean height of the base in the front minus that in the rear, in mm along the world's z axis. It shows
  /// whether front and back, or top and bottom, are as the header says.
  static func step(of brain: LabelMap, _ extent: BrainExtent) -> Double? {
    let length = extent.high.y - extent.low.y
    guard length > 0 else { return nil }
    // Lowest z in each of 100 coronal slabs, which is sufficient for a mean over a quarter of them.
    var base = [Double](repeating: .infinity, count: 100)
    let (shape, affine) = (brain.grid.shape, brain.grid.affine)
    for k in 0..<shape.z {
      for j in 0..<shape.y {
        let offset = brain.grid.offset(0, j, k)
        let start = affine([0, Double(j), Double(k)])
        for i in 0..<shape.x where brain.labels[offset + i] > 0 {
          let point = start + affine.i * Double(i)
          let slab = min(max(Int((point.y - extent.low.y) / length * 100), 0), 99)
          base[slab] = min(base[slab], point.z)
        }
      }
    }
    guard let front = mean(base, front), let rear = mean(base, rear) else { return nil }
    return front - rear
  }

  private static func mean(_ base: [Double], _ share: Range<Double>) -> Double? {
    let part = base[Int(share.lowerBound * 100)..<Int(share.upperBound * 100)].filter(\.isFinite)
    return part.isEmpty ? nil : part.reduce(0, +) / Double(part.count)
  }
}
