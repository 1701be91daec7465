import Files
import Imaging

/// The output files of a scan, named as BIDS derivatives.
public struct SegmentationFiles: Hashable, Sendable {
  /// Tissue labels, `sub-01_dseg.nii.gz`: 0 background, 1 GM, 2 WM, 3 CSF.
  public let labels: String
  /// Gray matter mask, `sub-01_label-GM_mask.nii.gz`.
  public let mask: String
  /// Brain mask, `sub-01_desc-brain_mask.nii.gz`.
  public let brainMask: String
  /// Labels with the parts of GM (`GrayMatterPart`), `sub-01_seg-parts_dseg.nii.gz`; `nil` if not requested.
  public let parts: String?
  /// Structures by FreeSurfer's labels (`BrainStructure`), `sub-01_desc-aseg_dseg.nii.gz`; `nil` if not requested.
  public let structures: String?
  /// Table of the structures' volumes, `sub-01_desc-aseg_volumes.tsv`; `nil` if not requested.
  public let structureVolumes: String?
  /// Probability maps, `sub-01_label-GM_probseg.nii.gz` and so on; empty if not requested.
  public let probabilities: [Tissue: String]
  /// Entropy map, `sub-01_desc-entropy_probseg.nii.gz`; `nil` if not requested.
  public let entropy: String?
  /// Picture, `sub-01_dseg.png`; `nil` if not requested.
  public let picture: String?
  /// Table of volumes: the `volumes.tsv` of the folder, or a table of this scan only.
  public let volumes: String

  /// Names the files of a scan in an output folder.
  /// - Parameters:
  ///   - scan: path of the scan.
  ///   - folder: the output folder.
  ///   - probabilities: whether probability maps are requested.
  ///   - entropy: whether an entropy map is requested.
  ///   - parts: whether parts of GM are requested.
  ///   - structures: whether structures are requested.
  ///   - picture: whether a picture is requested.
  ///   - volumes: the table of volumes; by default the folder's `volumes.tsv`.
  public init(
    scan: String, folder: String, probabilities: Bool, entropy: Bool = false, parts: Bool = false,
    structures: Bool = false, picture: Bool, volumes: String? = nil
  ) {
    self.init(
      stem: folder.joined(ScanName(path: scan).stem),
      probabilities: probabilities, entropy: entropy, parts: parts, structures: structures,
      picture: picture,
      volumes: volumes ?? folder.joined(VolumeTable.fileName))
  }

  /// Names the files by their common stem.
  /// - Parameter stem: the part of all paths, except that of the table, before the underscore.
  public init(
    stem: String, probabilities: Bool, entropy: Bool, parts: Bool = false, structures: Bool = false,
    picture: Bool, volumes: String
  ) {
    labels = stem + "_dseg.nii.gz"
    mask = stem + "_label-GM_mask.nii.gz"
    brainMask = stem + "_desc-brain_mask.nii.gz"
    self.parts = parts ? stem + "_seg-parts_dseg.nii.gz" : nil
    self.structures = structures ? stem + "_desc-aseg_dseg.nii.gz" : nil
    structureVolumes = structures ? stem + StructureVolumes.ending : nil
    self.entropy = entropy ? stem + "_desc-entropy_probseg.nii.gz" : nil
    let tissues: [Tissue] = probabilities ? [.grayMatter, .whiteMatter, .csf] : []
    self.probabilities = Dictionary(
      uniqueKeysWithValues: tissues.map { ($0, "\(stem)_label-\($0.name)_probseg.nii.gz") })
    self.picture = picture ? stem + "_dseg.png" : nil
    self.volumes = volumes
  }

  /// All files except the table of volumes, in a fixed order.
  public var ownPaths: [String] { images + [structureVolumes, picture].compactMap { $0 } }

  /// The NIfTI files, in a fixed order.
  public var images: [String] {
    [labels, mask, brainMask] + [parts, structures].compactMap { $0 }
      + probabilities.sorted { $0.key.rawValue < $1.key.rawValue }.map(\.value)
      + [entropy].compactMap { $0 }
  }

  /// The files that can be made from the scan and its labels alone, without the segmentation network, in a fixed order.
  public var additions: [String] {
    (parts.map { [$0, Self.sidecar(of: $0)] } ?? []) + [picture].compactMap { $0 }
  }

  /// Returns the path of an image's JSON sidecar: `sub-01_dseg.json` for `sub-01_dseg.nii.gz`.
  public static func sidecar(of image: String) -> String { image.dropLast(".nii.gz".count) + ".json" }

  /// The JSON sidecars of all images, in the same order.
  public var sidecars: [String] { images.map(Self.sidecar) }
}

extension Segmentation {
  /// Writes labels, masks and the requested maps with the scan's geometry, and then the row of volumes, so that a
  /// subject in the table has all its files.
  /// - Parameters:
  ///   - files: the output files.
  ///   - header: the scan's header.
  ///   - subject: the subject's name in the table.
  ///   - quality: the quality measures; `nil` for `n/a`.
  ///   - compact: whether probabilities are written as uint8 in steps of 1/255 instead of float32.
  /// - Throws: `NIfTIError`, `VolumeTableError`.
  public func write(
    to files: SegmentationFiles, like header: NIfTIHeader, subject: String,
    quality: SegmentationQuality? = nil, compact: Bool = false
  ) throws {
    let brain = brainMask
    try writeImages(to: files, like: header, brain: brain, compact: compact)
    var table = try VolumeTable(contentsOf: files.volumes)
    table.set(VolumeTable.Row(subject: subject, self, brain: brain, quality: quality))
    try table.write(to: files.volumes)
  }

  /// Writes all images, without the row of volumes.
  /// - Parameter brain: `brainMask`, which is slow to compute and also needed elsewhere.
  /// - Throws: `NIfTIError`.
  package func writeImages(
    to files: SegmentationFiles, like header: NIfTIHeader, brain: LabelMap, compact: Bool
  ) throws(NIfTIError) {
    func write(_ volume: Volume, _ path: String) throws(NIfTIError) {
      if compact {
        try volume.writeProbabilities(to: path, like: header)
      } else {
        try volume.write(to: path, like: header)
      }
    }
    for (tissue, path) in files.probabilities {
      if let volume = probabilities[tissue] { try write(volume, path) }
    }
    if let path = files.entropy { try write(entropy, path) }
    if let path = files.parts, let parts { try parts.write(to: path, like: header) }
    if let path = files.structures, let structures { try structures.write(to: path, like: header) }
    try brain.write(to: files.brainMask, like: header)
    try mask(of: .grayMatter).write(to: files.mask, like: header)
    try labels.write(to: files.labels, like: header)
  }

  /// Removes tissue that is not connected across faces (6 neighbors) to the largest component, such as isolated voxels
  /// in skin or neck. Probabilities are set to 0 where a label is removed, and kept where background was the most
  /// probable label, so that the brain's border remains soft.
  public mutating func keepLargestComponent() {
    let dropped = labels.rangesBesidesLargestComponent().joined()
    for index in dropped {
      labels.labels[index] = 0
      structures?.labels[index] = 0
    }
    for tissue in probabilities.keys {
      for index in dropped { probabilities[tissue]?.voxels[index] = 0 }
    }
  }
}
