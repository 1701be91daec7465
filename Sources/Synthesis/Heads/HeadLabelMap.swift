import Imaging
import Numerics

/// A label map from which training images are synthesized; it needs two bytes per voxel of the head.
public struct HeadLabelMap: Sendable {
  /// The tissue class and the tissue of the voxels of one index.
  public struct Kind: Hashable, Sendable {
    /// The tissue class, which determines the intensities.
    public var matter: TissueClass
    /// The tissue, which determines the label.
    public var tissue: Tissue
    /// The structure of the brain; `nil` outside, and where the map has tissues only.
    public var structure: BrainStructure?
  }

  /// The subject's name, for the training's provenance.
  public let subject: String
  /// The grid of the whole label map.
  public let grid: Grid
  /// The part of the grid that is stored: the head's bounding box.
  public let window: Window
  /// The bounding box of gray matter, white matter and fluid, in voxels of the grid.
  public let brainWindow: Window
  /// The kind of each index; the first is air.
  public let kinds: [Kind]
  /// An index into `kinds` for each voxel of the window, i fastest.
  package let indices: [UInt8]
  /// Signed distance of each voxel of the window from the brain's hull.
  let depth: DepthMap
  /// Whether deep gray matter has kinds of its own; otherwise it cannot be distinguished from cortex.
  public var knowsParts: Bool { kinds.contains { $0.matter == .putamen } }
  /// The tissues among gray matter, white matter and fluid without a voxel.
  public var missingTissues: [Tissue] {
    [.grayMatter, .whiteMatter, .csf].filter { tissue in !kinds.contains { $0.tissue == tissue } }
  }
  /// Voxels of gray matter, white matter and fluid, by their offsets in the window.
  let brain: LabelIndex

  /// Prepares a label map.
  /// - Parameters:
  ///   - map: the label map.
  ///   - table: its label table.
  ///   - subject: the subject's name.
  ///   - path: the map's file, for error messages.
  /// - Throws: `LabelTableError` if the table does not list a label, `HeadLabelsError` if there is no brain.
  public init(_ map: LabelMap, table: LabelTable, subject: String, path: String) throws {
    let tissues = try table.tissues(of: map, from: path)
    guard let window = Window(around: map), let brainWindow = Window(around: tissues) else {
      throw HeadLabelsError.noBrain(path)
    }
    let head = window(map)
    let structures = table.name == LabelTable.freesurfer.name ? StructureMap(head) : nil
    var kinds = [Kind(matter: .air, tissue: .background)]
    var indices = Self.indices(of: head, structures, by: table, into: &kinds)
    let borders = CorticalBorders(indices, kinds: kinds, labels: head.labels, grid: head.grid)
    let parts: [(TissueClass, Tissue, [Int])] = [
      (.rim, .grayMatter, borders.rim), (.fold, .grayMatter, borders.folds),
      (.film, .csf, borders.films), (.membrane, .csf, borders.membranes),
    ]
    for (matter, tissue, offsets) in parts {
      for offset in offsets {
        let structure = kinds[Int(indices[offset])].structure
        indices[offset] = Self.index(
          of: Kind(matter: matter, tissue: tissue, structure: structure), in: &kinds)
      }
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

  /// Returns the index of the kind of each voxel, and adds the kinds.
  private static func indices(
    of head: LabelMap, _ structures: StructureMap?, by table: LabelTable, into kinds: inout [Kind]
  ) -> [UInt8] {
    let classes = present(in: head).reduce(into: [UInt16: (TissueClass, Tissue)]()) { classes, label in
      let name = table.entries.last { $0.first <= label && label <= $0.last }?.name ?? ""
      let tissue = table.tissue(of: label) ?? .background
      classes[label] = (TissueClass(label: label, name: name, tissue: tissue), tissue)
    }
    // Neighbors mostly have the same label and structure.
    var last: (label: UInt16, structure: UInt16, index: UInt8)?
    return head.labels.indices.map { offset in
      let (label, structure) = (head.labels[offset], structures?.labels[offset] ?? 0)
      if let last, last.label == label, last.structure == structure { return last.index }
      let (matter, tissue) = classes[label] ?? (.air, .background)
      let index = index(
        of: Kind(
          matter: matter, tissue: tissue,
          structure: tissue == .background ? nil : BrainStructure(rawValue: structure)), in: &kinds)
      last = (label, structure, index)
      return index
    }
  }

  private static func index(of kind: Kind, in kinds: inout [Kind]) -> UInt8 {
    if let known = kinds.firstIndex(of: kind) { return UInt8(known) }
    kinds.append(kind)
    return UInt8(kinds.count - 1)
  }

  /// Returns the labels of a map, in ascending order.
  private static func present(in map: LabelMap) -> [UInt16] {
    var isPresent = [Bool](repeating: false, count: Int(UInt16.max) + 1)
    for label in map.labels { isPresent[Int(label)] = true }
    return isPresent.indices.filter { isPresent[$0] }.map(UInt16.init)
  }

  /// Returns the distances from a brain mask as made by skull stripping: gray and white matter with the sulci and
  /// ventricles between them.
  private static func depth(of head: LabelMap, table: LabelTable) -> DepthMap {
    let spacing = head.grid.affine.spacing
    var inner = [UInt8](repeating: 0, count: Int(UInt16.max) + 1)
    for label in present(in: head) {
      let tissue = table.tissue(of: label)
      let name = table.entries.last { $0.first <= label && label <= $0.last }?.name
      // A single label of fluid is mostly fluid around the brain.
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

/// Why a label map cannot be used for synthesis.
public enum HeadLabelsError: Error, Hashable, Sendable {
  /// No voxel is gray matter, white matter or fluid.
  case noBrain(String)
  /// Gray matter has a single label, but its parts or structures were requested.
  case noParts(path: String)
}

extension HeadLabelsError: CustomStringConvertible {
  /// The error as one sentence.
  public var description: String {
    switch self {
    case .noBrain(let path): "\(path): found no voxel of GM, WM or CSF; needed a label map of a head"
    case .noParts(let path):
      "\(path): the label map does not distinguish deep gray matter from cortex; --structures and --parts need maps with FreeSurfer's labels"
    }
  }
}

extension HeadLabelMap {
  /// Indices and distances at the points of a deformed lattice.
  struct Sample: Sendable {
    /// Indices of kinds; air outside the head.
    var indices: [UInt8]
    /// Distances from the brain's hull in quarters of a millimeter; empty if not requested.
    var depth: [Int8]
  }

  /// Returns the nearest voxel at each point of a lattice.
  /// - Parameters:
  ///   - lattice: the points, in voxels of the image.
  ///   - map: from voxels of the image to voxels of the grid.
  ///   - shift: shift of all points, in voxels.
  ///   - withDepth: whether distances are returned.
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
