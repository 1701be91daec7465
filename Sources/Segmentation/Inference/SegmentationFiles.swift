import Foundation
import Imaging

/// The files that a scan's segmentation goes to, named as BIDS derivatives are.
public struct SegmentationFiles: Hashable, Sendable {
  /// `sub-01_dseg.nii.gz`: 0 background, 1 GM, 2 WM, 3 CSF.
  public let labels: String
  /// `sub-01_label-GM_mask.nii.gz`.
  public let mask: String
  /// `sub-01_desc-brain_mask.nii.gz`.
  public let brainMask: String
  /// `sub-01_seg-parts_dseg.nii.gz`, the same with the parts of GM (`GrayMatterPart`), where it was asked for.
  public let parts: String?
  /// `sub-01_label-GM_probseg.nii.gz` and so on, where they were asked for.
  public let probabilities: [Tissue: String]
  /// `sub-01_desc-entropy_probseg.nii.gz`, where it was asked for.
  public let entropy: String?
  /// `sub-01_dseg.png`, where it was asked for.
  public let picture: String?
  /// `volumes.tsv`, which all scans of a folder share, or a table of the scan's own.
  public let volumes: String

  /// For results in one folder with one table of volumes.
  /// - Parameter volumes: the table, where it is not the folder's `volumes.tsv`.
  public init(
    scan: String, folder: String, probabilities: Bool, entropy: Bool = false, parts: Bool = false,
    picture: Bool, volumes: String? = nil
  ) {
    self.init(
      stem: (folder as NSString).appendingPathComponent(ScanName(path: scan).stem),
      probabilities: probabilities, entropy: entropy, parts: parts, picture: picture,
      volumes: volumes ?? (folder as NSString).appendingPathComponent(VolumeTable.fileName))
  }

  /// - Parameter stem: what all paths but that of the table begin with, before the underscore.
  public init(
    stem: String, probabilities: Bool, entropy: Bool, parts: Bool = false, picture: Bool, volumes: String
  ) {
    labels = stem + "_dseg.nii.gz"
    mask = stem + "_label-GM_mask.nii.gz"
    brainMask = stem + "_desc-brain_mask.nii.gz"
    self.parts = parts ? stem + "_seg-parts_dseg.nii.gz" : nil
    self.entropy = entropy ? stem + "_desc-entropy_probseg.nii.gz" : nil
    let tissues: [Tissue] = probabilities ? [.grayMatter, .whiteMatter, .csf] : []
    self.probabilities = Dictionary(
      uniqueKeysWithValues: tissues.map { ($0, "\(stem)_label-\($0.name)_probseg.nii.gz") })
    self.picture = picture ? stem + "_dseg.png" : nil
    self.volumes = volumes
  }

  /// All but the table of volumes, in a fixed order.
  public var ownPaths: [String] { images + [picture].compactMap { $0 } }

  /// The NIfTI files, in a fixed order.
  public var images: [String] {
    [labels, mask, brainMask] + [parts].compactMap { $0 }
      + probabilities.sorted { $0.key.rawValue < $1.key.rawValue }.map(\.value)
      + [entropy].compactMap { $0 }
  }

  /// The JSON file that tells what an image is, `sub-01_dseg.json` for `sub-01_dseg.nii.gz`.
  public static func sidecar(of image: String) -> String { image.dropLast(".nii.gz".count) + ".json" }

  /// The JSON files of all images, in their order.
  public var sidecars: [String] { images.map(Self.sidecar) }
}
