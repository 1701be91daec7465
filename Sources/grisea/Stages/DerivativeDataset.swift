import BIDS
import Batch
import Files
import Foundation
import Imaging
import Segmentation

/// A dataset of derivatives: what stands in it beside the participants' files, and where those go.
struct DerivativeDataset: Sendable {
  let path: String

  /// - Throws: `BIDSDatasetError.otherDataset` where the folder holds another dataset, the scans themselves perhaps.
  init(path: String) throws(BIDSDatasetError) {
    self.path = path
    let file = path.joined("dataset_description.json")
    guard let data = FileManager.default.contents(atPath: file) else { return }
    guard let found = DerivativeDescription.Found(json: data), found.isOwn else { throw .otherDataset(file) }
  }

  /// What the segmentation of a scan writes: images and sidecars under the entities of the scan, and a table of its
  /// own volumes, so that commands for single participants need not share one.
  /// - Parameter parts: whether the parts of the gray matter are written too.
  func task(for scan: BIDSScan, of source: BIDSDataset, parts: Bool = false) -> SegmentationTask {
    let stem = path.joined(scan.folder).joined(scan.stem)
    var fault: BIDSFault?
    if case .faulty(let found) = scan.state { fault = found }
    return SegmentationTask(
      subject: BatchSubject(name: scan.stem, scan: source.path.joined(scan.path)),
      files: SegmentationFiles(
        stem: stem, probabilities: true, entropy: false, parts: parts, picture: false,
        volumes: stem + "_volumes.tsv"),
      source: "bids:raw:" + scan.path, fault: fault)
  }

  /// Writes description, label table, readme and citation, those only that differ from what is there.
  func describe(_ source: BIDSDataset, model: ModelIdentity, version: String) throws {
    let citation = Self.citation(model, version)
    let description = DerivativeDescription(
      of: source, in: path, version: version,
      acknowledgement: ([citation] + [source.description.acknowledgement].compactMap { $0 })
        .joined(separator: "\n\n"))
    let files = [
      (".bidsignore", Self.ignored), ("CITATION.md", citation + "\n"),
      ("README.md", Self.readme(source, version)),
      ("dataset_description.json", try JSONText.readable(description)),
    ]
    for (name, text) in files { try AtomicFile.update(text, to: path.joined(name)) }
    try LabelDescription.write(to: path)
  }

  /// What the specification has no names for.
  private static let ignored = "status.tsv\n*_volumes.tsv\nCITATION.md\nreport.html\ndseg.label\ndseg.lut\n"

  private static func citation(_ model: ModelIdentity, _ version: String) -> String {
    """
    Gray matter, white matter and cerebrospinal fluid were segmented in the T1-weighted scans with grisea \(version) \
    (model \(model.name), SHA-256 \(model.hash)), a three-dimensional convolutional network. Volumes are given as the \
    number of voxels and as the sum of probabilities of each tissue, times the volume of a voxel; the intracranial \
    volume is that of the brain mask.
    """
  }

  private static func readme(_ source: BIDSDataset, _ version: String) -> String {
    """
    # Gray matter of \(source.description.name)

    Derivatives made by grisea \(version). For each T1-weighted scan, on its own grid:

    * `desc-brain_mask`: 1 inside the skull as far as the scan shows it
    * `dseg`: the most probable tissue, by the table `dseg.tsv`
    * `seg-parts_dseg`, where it was asked for: the same, with cortical, subcortical and cerebellar gray matter
    * `label-GM_probseg`, `label-WM_probseg`, `label-CSF_probseg`: probabilities, 0 to 1
    * `label-GM_mask`: 1 where gray matter is the most probable tissue
    * `volumes.tsv`: volumes in ml, and how far they can be believed: `quality` from 0 to 1, below 0.5 look first, and
      `doubts` in words; the group level collects them in `group_volumes.tsv`

    The JSON file beside an image names its scan, the model and the program. `status.tsv` says what became of each
    scan, and `CITATION.md` what to write in a paper.

    """
  }
}
