/// A structure of the brain with its side, or the fluid around the brain.
///
/// The raw values are the labels of FreeSurfer's aseg (FreeSurferColorLUT), which grisea writes too. Cerebral cortex is
/// not divided into regions.
public enum BrainStructure: UInt16, Codable, CaseIterable, Sendable {
  case leftCerebralWhiteMatter = 2
  case leftCerebralCortex = 3
  case leftLateralVentricle = 4
  case leftInferiorLateralVentricle = 5
  case leftCerebellarWhiteMatter = 7
  case leftCerebellarCortex = 8
  case leftThalamus = 10
  case leftCaudate = 11
  case leftPutamen = 12
  case leftPallidum = 13
  case thirdVentricle = 14
  case fourthVentricle = 15
  case brainStem = 16
  case leftHippocampus = 17
  case leftAmygdala = 18
  /// Fluid around the brain.
  case csf = 24
  case leftAccumbens = 26
  case leftVentralDiencephalon = 28
  case rightCerebralWhiteMatter = 41
  case rightCerebralCortex = 42
  case rightLateralVentricle = 43
  case rightInferiorLateralVentricle = 44
  case rightCerebellarWhiteMatter = 46
  case rightCerebellarCortex = 47
  case rightThalamus = 49
  case rightCaudate = 50
  case rightPutamen = 51
  case rightPallidum = 52
  case rightHippocampus = 53
  case rightAmygdala = 54
  case rightAccumbens = 58
  case rightVentralDiencephalon = 60

  /// The side of a structure, in the body.
  public enum Side: String, Codable, Sendable { case left, right }

  /// Left structures, each with the one of the other side.
  private static let pairs: [(BrainStructure, BrainStructure)] = [
    (.leftCerebralWhiteMatter, .rightCerebralWhiteMatter), (.leftCerebralCortex, .rightCerebralCortex),
    (.leftLateralVentricle, .rightLateralVentricle),
    (.leftInferiorLateralVentricle, .rightInferiorLateralVentricle),
    (.leftCerebellarWhiteMatter, .rightCerebellarWhiteMatter),
    (.leftCerebellarCortex, .rightCerebellarCortex),
    (.leftThalamus, .rightThalamus), (.leftCaudate, .rightCaudate), (.leftPutamen, .rightPutamen),
    (.leftPallidum, .rightPallidum), (.leftHippocampus, .rightHippocampus), (.leftAmygdala, .rightAmygdala),
    (.leftAccumbens, .rightAccumbens), (.leftVentralDiencephalon, .rightVentralDiencephalon),
  ]

  /// The side; `nil` for structures that lie on both sides.
  public var side: Side? {
    if Self.pairs.contains(where: { $0.0 == self }) { return .left }
    return Self.pairs.contains { $0.1 == self } ? .right : nil
  }

  /// The structure of the other side; the structure itself where it lies on both sides.
  public var mirrored: BrainStructure {
    for (left, right) in Self.pairs {
      if left == self { return right }
      if right == self { return left }
    }
    return self
  }

  /// The tissue, by the same conventions as `LabelTable.freesurfer`.
  public var tissue: Tissue { LabelTable.freesurfer.tissue(of: rawValue) ?? .background }

  /// The part of the gray matter; `nil` for other tissues.
  public var part: GrayMatterPart? {
    guard tissue == .grayMatter else { return nil }
    switch self {
    case .leftCerebralCortex, .rightCerebralCortex: return .cortical
    case .leftCerebellarCortex, .rightCerebellarCortex: return .cerebellar
    default: return .subcortical
    }
  }

  /// The name in FreeSurfer's tables, for example `Left-Hippocampus`.
  public var name: String {
    switch self {
    case .leftThalamus: "Left-Thalamus"
    case .rightThalamus: "Right-Thalamus"
    default:
      LabelTable.freesurfer.entries.last { $0.first == rawValue && $0.last == rawValue }?.name ?? "\(self)"
    }
  }
}

extension BrainStructure {
  /// Structures for a label of FreeSurfer's maps: one, or one on each side where the label does not say the side.
  public enum Candidates: Hashable, Sendable {
    case one(BrainStructure)
    case sides(left: BrainStructure, right: BrainStructure)
  }

  /// Returns the structure to which a label of FreeSurfer's aseg, aparc or wmparc belongs; `nil` for labels outside of
  /// the brain. Labels without a structure of their own belong to the one around them: vessels and plexus to the fluid,
  /// claustrum to the putamen, corpus callosum and lesions to the cerebral white matter.
  public static func candidates(label: UInt16) -> Candidates? {
    if let structure = BrainStructure(rawValue: label) { return .one(structure) }
    for (labels, structure) in ranges where labels.contains(label) { return .one(structure) }
    for (labels, structure) in unsided where labels.contains(label) {
      return .sides(left: structure, right: structure.mirrored)
    }
    return nil
  }

  private static let ranges: [(ClosedRange<UInt16>, BrainStructure)] = [
    (1000...1999, .leftCerebralCortex), (2000...2999, .rightCerebralCortex),
    (11100...11199, .leftCerebralCortex), (12100...12199, .rightCerebralCortex),
    (3000...3999, .leftCerebralWhiteMatter), (4000...4999, .rightCerebralWhiteMatter),
    (13100...13199, .leftCerebralWhiteMatter), (14100...14199, .rightCerebralWhiteMatter),
    (5001...5001, .leftCerebralWhiteMatter), (5002...5002, .rightCerebralWhiteMatter),
    (9...9, .leftThalamus), (48...48, .rightThalamus),
    (19...20, .leftCerebralCortex), (55...56, .rightCerebralCortex),
    (25...25, .leftCerebralWhiteMatter), (57...57, .rightCerebralWhiteMatter),
    (78...78, .leftCerebralWhiteMatter), (79...79, .rightCerebralWhiteMatter),
    (27...27, .leftVentralDiencephalon), (59...59, .rightVentralDiencephalon),
    (30...30, .csf), (62...62, .csf), (122...122, .csf), (257...257, .csf),
    (31...31, .leftLateralVentricle), (63...63, .rightLateralVentricle),
    (75...75, .leftLateralVentricle), (76...76, .rightLateralVentricle),
    (136...136, .leftLateralVentricle), (163...163, .rightLateralVentricle),
    (137...137, .leftInferiorLateralVentricle), (164...164, .rightInferiorLateralVentricle),
    (81...81, .leftPutamen), (82...82, .rightPutamen), (96...96, .leftAmygdala), (97...97, .rightAmygdala),
    (138...138, .leftPutamen), (139...139, .rightPutamen),
  ]

  private static let unsided: [(ClosedRange<UInt16>, BrainStructure)] = [
    (72...72, .leftLateralVentricle), (77...77, .leftCerebralWhiteMatter), (80...80, .leftPutamen),
    (85...85, .leftVentralDiencephalon), (86...86, .leftCerebralWhiteMatter),
    (192...192, .leftCerebralWhiteMatter), (250...255, .leftCerebralWhiteMatter),
  ]
}

/// The structure of each voxel of a label map with FreeSurfer's labels.
public struct StructureMap: Sendable {
  /// The grid of the label map.
  public let grid: Grid
  /// The structure's label of each voxel, i fastest; 0 outside of the brain.
  public let labels: [UInt16]

  /// Finds the structures. The side of labels without one is that of the plane midway between the centroids of left and
  /// right structures; it is left where the map has no sides.
  public init(_ map: LabelMap) {
    let lookup = (0...UInt16.max).map { BrainStructure.candidates(label: $0) }
    let shape = map.grid.shape
    var sums: [BrainStructure.Side: (sum: SIMD3<Double>, count: Double)] = [:]
    let sides = lookup.map { candidates -> BrainStructure.Side? in
      guard case .one(let structure) = candidates else { return nil }
      return structure.side
    }
    map.forEachVoxel(shape) { voxel, label, _ in
      guard let side = sides[Int(label)] else { return }
      let (sum, count) = sums[side] ?? (.zero, 0)
      sums[side] = (sum + SIMD3<Double>(voxel), count + 1)
    }
    var (normal, middle) = (SIMD3<Double>.zero, SIMD3<Double>.zero)
    if let left = sums[.left], let right = sums[.right] {
      let (from, to) = (left.sum / left.count, right.sum / right.count)
      (normal, middle) = (to - from, (from + to) / 2)
    }
    var labels = [UInt16](repeating: 0, count: map.labels.count)
    map.forEachVoxel(shape) { voxel, label, index in
      switch lookup[Int(label)] {
      case .one(let structure): labels[index] = structure.rawValue
      case .sides(let left, let right):
        let distance = ((SIMD3<Double>(voxel) - middle) * normal).sum()
        labels[index] = distance > 0 ? right.rawValue : left.rawValue
      case nil: break
      }
    }
    grid = map.grid
    self.labels = labels
  }
}

extension LabelMap {
  fileprivate func forEachVoxel(_ shape: SIMD3<Int>, _ body: (SIMD3<Int>, UInt16, Int) -> Void) {
    var index = 0
    for k in 0..<shape.z {
      for j in 0..<shape.y {
        for i in 0..<shape.x {
          let label = labels[index]
          if label != 0 { body(SIMD3(i, j, k), label, index) }
          index += 1
        }
      }
    }
  }
}
