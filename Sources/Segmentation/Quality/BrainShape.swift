import Imaging

/// Size, form and connectedness of a brain and its tissues: the measures of quality that labels alone decide.
struct BrainShape {
  private(set) var values: [QualityMeasure: Double] = [:]

  /// Faces of voxels that follow a surface have 3/2 of its area, on average over all directions.
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
    values[.flatShare] = FlatEnd(brain)?.share
    values[.asymmetry] = Self.asymmetry(of: labels, about: extent.centre.x)
    values[.thickness] = Self.thickness(of: labels)
    countParts(of: labels)
  }

  private mutating func countParts(of labels: LabelMap) {
    let parts = [Tissue.grayMatter, .whiteMatter].map { tissue in
      let mask = LabelMap(grid: labels.grid, labels: labels.labels.map { $0 == tissue.rawValue ? 1 : 0 })
      return ConnectedComponents(of: mask, connectivity: .corners).sizes
    }
    let total = parts.joined().reduce(0, +)
    guard total > 0 else { return }
    let largest = parts.reduce(0) { $0 + ($1.max() ?? 0) }
    values[.strayShare] = Double(total - largest) / Double(total)
    let volume = Double(total) * labels.grid.voxelVolume / 1000
    values[.pieces] = Double(parts.joined().count) / volume
  }

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

  /// Volume of GM over the area of its border with WM, in mm.
  private static func thickness(of labels: LabelMap) -> Double? {
    let (shape, spacing) = (labels.grid.shape, labels.grid.affine.spacing)
    let faces = [spacing.y * spacing.z, spacing.x * spacing.z, spacing.x * spacing.y]
    let strides = [1, shape.x, shape.x * shape.y]
    let (gray, white) = (Tissue.grayMatter.rawValue, Tissue.whiteMatter.rawValue)
    var (area, count) = (0.0, 0)
    labels.labels.withUnsafeBufferPointer { labels in
      var borders = [0, 0, 0]
      // A row's last voxel and the next row's first are no neighbours, and background both where there is any air.
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
