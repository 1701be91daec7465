import Imaging
import Numerics

/// A label map that training images are synthesized from, in the memory of two bytes per voxel of its head.
public struct HeadLabels: Sendable {
  /// What voxels of one index are.
  public struct Kind: Hashable, Sendable {
    public var matter: Matter
    public var tissue: Tissue
  }

  /// Whose head it is, for the training's record.
  public let subject: String
  /// Of the whole label map.
  public let grid: Grid
  /// The part of the grid that is kept: the head's box.
  public let window: Window
  /// The box of gray matter, white matter and fluid, in the grid's voxels.
  public let brainWindow: Window
  /// What each index means; the first is air.
  public let kinds: [Kind]
  /// An index into `kinds` for each voxel of the window, i fastest.
  package let indices: [UInt8]
  /// How far each voxel of the window lies outside of the brain's hull.
  let depth: DepthMap
  /// Whether deep gray matter has kinds of its own: where it has not, nothing tells it from cortex.
  public var knowsParts: Bool { kinds.contains { $0.matter == .putamen } }
  /// Those of gray matter, white matter and fluid of which the map has no voxel.
  public var missingTissues: [Tissue] {
    [.grayMatter, .whiteMatter, .csf].filter { tissue in !kinds.contains { $0.tissue == tissue } }
  }
  /// Voxels of gray matter, white matter and fluid, by their offsets in the window.
  let brain: LabelIndex

  /// - Parameters:
  ///   - path: the map's file, for errors.
  /// - Throws: `LabelTableError` where the table does not list a label, `HeadLabelsError` where there is no brain.
  public init(_ map: LabelMap, table: LabelTable, subject: String, path: String) throws {
    let tissues = try table.tissues(of: map, from: path)
    guard let window = Window(around: map), let brainWindow = Window(around: tissues) else {
      throw HeadLabelsError.noBrain(path)
    }
    let head = window(map)
    var kinds = [Kind(matter: .air, tissue: .background)]
    var lookup = [UInt8](repeating: 0, count: Int(UInt16.max) + 1)
    for label in Self.present(in: head) {
      let name = table.entries.last { $0.first <= label && label <= $0.last }?.name ?? ""
      let tissue = table.tissue(of: label) ?? .background
      let kind = Kind(matter: Matter(label: label, name: name, tissue: tissue), tissue: tissue)
      let known = kinds.firstIndex(of: kind)
      if known == nil { kinds.append(kind) }
      lookup[Int(label)] = UInt8(known ?? kinds.count - 1)
    }
    var indices = head.labels.map { lookup[Int($0)] }
    let borders = CorticalBorders(indices, kinds: kinds, labels: head.labels, grid: head.grid)
    let parts: [(Matter, Tissue, [Int])] = [
      (.rim, .grayMatter, borders.rim), (.fold, .grayMatter, borders.folds),
      (.film, .csf, borders.films), (.membrane, .csf, borders.membranes),
    ]
    for (matter, tissue, offsets) in parts where !offsets.isEmpty {
      for offset in offsets { indices[offset] = UInt8(kinds.count) }
      kinds.append(Kind(matter: matter, tissue: tissue))
    }
    self.subject = subject
    grid = map.grid
    self.window = window
    self.brainWindow = brainWindow
    self.kinds = kinds
    self.indices = indices
    brain = LabelIndex(window(tissues))
    depth = Self.depth(of: head, table: table)
  }

  /// The labels of a map, ascending.
  private static func present(in map: LabelMap) -> [UInt16] {
    var isPresent = [Bool](repeating: false, count: Int(UInt16.max) + 1)
    for label in map.labels { isPresent[Int(label)] = true }
    return isPresent.indices.filter { isPresent[$0] }.map(UInt16.init)
  }

  /// A brain's mask as skull stripping draws it: gray and white matter with the sulci and ventricles between.
  private static func depth(of head: LabelMap, table: LabelTable) -> DepthMap {
    let spacing = head.grid.affine.spacing
    var inner = [UInt8](repeating: 0, count: Int(UInt16.max) + 1)
    for label in present(in: head) {
      let tissue = table.tissue(of: label)
      let name = table.entries.last { $0.first <= label && label <= $0.last }?.name
      // One label of fluid for all of it is most of all that around the brain.
      let isInner = tissue == .csf && name != "CSF"
      inner[Int(label)] = tissue == .grayMatter || tissue == .whiteMatter || isInner ? 1 : 0
    }
    let tissue = head.labels.map { inner[Int($0)] }
    let reach: Float = 6  // mm: half the width of the widest gap that belongs to the brain
    let closed = DepthMap.closed(tissue, reach: reach, shape: head.grid.shape, spacing: spacing)
    let hull = LabelMap(grid: head.grid, labels: zip(closed, tissue).map { UInt16($0 | $1) }).holesFilled()
    return DepthMap(hull.labels.map { UInt8($0) }, shape: head.grid.shape, spacing: spacing)
  }
}

/// Why a label map gives no training images.
public enum HeadLabelsError: Error, Hashable, Sendable {
  /// No voxel is gray matter, white matter or fluid.
  case noBrain(String)
  /// Gray matter has one label, where its parts are asked for.
  case noParts(path: String)
}

extension HeadLabelsError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .noBrain(let path): "\(path): no voxel is GM, WM or CSF; needed a label map of a head"
    case .noParts(let path):
      "\(path): the label map does not tell deep gray matter from cortex; --parts needs one with FreeSurfer's codes"
    }
  }
}

extension HeadLabels {
  /// What lies at the points of a deformed lattice.
  struct Sample: Sendable {
    /// Indices of kinds; air outside of the head.
    var indices: [UInt8]
    /// Distances from the brain's hull in quarters of a millimetre, or none.
    var depth: [Int8]
  }

  /// The nearest voxel at each point of `lattice`, by a map from voxels of the grid to voxels of the grid.
  func sample(
    _ lattice: Lattice, along map: SpatialMap, shift: SIMD3<Double> = .zero, withDepth: Bool
  ) -> Sample {
    var path = map.restricted(to: lattice, shift: shift)
    path.affine.origin -= SIMD3<Double>(window.start)
    var sample = Sample(
      indices: [UInt8](repeating: 0, count: lattice.total),
      depth: [Int8](repeating: .max, count: withDepth ? lattice.total : 0))
    var fields = path.displacement.map(SplineRow.init)
    var row = CoordinateRow(count: lattice.count.x)
    for k in 0..<lattice.count.z {
      for j in 0..<lattice.count.y {
        row.follow(path.affine, row: j, slab: k)
        for axis in fields.indices {
          fields[axis].move(toRow: j, slab: k)
          row.add(fields[axis].values, along: axis)
        }
        read(row, into: &sample, at: lattice.count.x * (j + lattice.count.y * k), withDepth)
      }
    }
    return sample
  }

  private func read(_ row: CoordinateRow, into sample: inout Sample, at start: Int, _ withDepth: Bool) {
    let shape = window.shape
    let limit = SIMD3<Float>(shape)
    indices.withUnsafeBufferPointer { indices in
      depth.values.withUnsafeBufferPointer { depths in
        sample.indices.withUnsafeMutableBufferPointer { found in
          sample.depth.withUnsafeMutableBufferPointer { depth in
            row.axes[0].withUnsafeBufferPointer { xs in
              row.axes[1].withUnsafeBufferPointer { ys in
                row.axes[2].withUnsafeBufferPointer { zs in
                  for n in 0..<xs.count {
                    let (a, b, c) = (xs[n] + 0.5, ys[n] + 0.5, zs[n] + 0.5)
                    guard a >= 0 && b >= 0 && c >= 0 && a < limit.x && b < limit.y && c < limit.z else {
                      continue
                    }
                    let (i, j, k) = (Int(Int32(a)), Int(Int32(b)), Int(Int32(c)))
                    let offset = i &+ shape.x &* (j &+ shape.y &* k)
                    found[start + n] = indices[offset]
                    if withDepth { depth[start + n] = depths[offset] }
                  }
                }
              }
            }
          }
        }
      }
    }
  }
}
