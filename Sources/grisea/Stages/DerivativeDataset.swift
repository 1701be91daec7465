import BIDS
import Batch
import Files
import Foundation
import Imaging
import Segmentation

/// A BIDS derivatives dataset: its own files, and the paths of the participants' files.
struct DerivativeDataset: Sendable {
  let path: String

  /// Opens a dataset.
  /// - Throws: `BIDSDatasetError.otherDataset` where the folder holds another dataset, such as that of the scans.
  init(path: String) throws(BIDSDatasetError) {
    self.path = path
    let file = path.joined("dataset_description.json")
    guard let data = FileManager.default.contents(atPath: file) else { return }
    guard let found = DerivativeDescription.Found(json: data), found.isOwn else { throw .otherDataset(file) }
  }

  /// Creates the dataset's folder where it is missing.
  /// - Throws: `OutputFolder.Fault`, `StatusTableError` where `status.tsv` is another table, and as above.
  init(creating path: String) throws {
    try OutputFolder.make(path)
    _ = try StatusTable(folder: path).rows()
    try self.init(path: path)
  }

  /// Returns a scan as a subject of the segmentation. Its results have the entities of the scan in their names.
  func subject(for scan: BIDSScan, of source: BIDSDataset, _ stage: SegmentationStage) -> Batch.Subject {
    var subject = stage.subject(
      scan.stem, scan: source.path.joined(scan.path), stem: path.joined(scan.folder).joined(scan.stem),
      source: "bids:raw:" + scan.path)
    if case .faulty(let fault) = scan.state { subject.fault = fault }
    return subject
  }

  /// Writes description, label table, readme and citation. A file that does not change is left as it is.
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

  /// Patterns of files for which the specification has no names.
  private static let ignored =
    "status.tsv\n*_volumes.tsv\nCITATION.md\nreport.html\ndseg.label\ndseg.lut\n" + normalized

  /// The same for the files of `normalize` and `regions`.
  private static let normalized = "normalization.*\nregions.*\n*_xfm.*\n"

  /// Adds the patterns of the files of `normalize` and `regions` to the `.bidsignore` of a dataset that lacks them, such
  /// as one of an earlier version. Does nothing where the folder is no BIDS dataset.
  static func ignoreNormalized(in folder: String) throws {
    guard FileManager.default.fileExists(atPath: folder.joined("dataset_description.json")) else { return }
    let path = folder.joined(".bidsignore")
    let found = FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) } ?? ""
    let known = Set(found.split(separator: "\n"))
    let missing = normalized.split(separator: "\n").filter { !known.contains($0) }
    guard !missing.isEmpty else { return }
    let end = found.isEmpty || found.hasSuffix("\n") ? "" : "\n"
    try AtomicFile.write(found + end + missing.map { $0 + "\n" }.joined(), to: path)
  }

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

    * `desc-brain_mask`: 1 inside the skull, as far as the scan shows it
    * `dseg`: the most probable tissue, by the table `dseg.tsv`
    * `seg-parts_dseg`, with `--parts`: the same, with cortical, subcortical and cerebellar gray matter
    * `label-GM_probseg`, `label-WM_probseg`, `label-CSF_probseg`: probabilities, 0 to 1
    * `label-GM_mask`: 1 where gray matter is the most probable tissue
    * `volumes.tsv`: volumes in ml, their `quality` from 0 to 1 (check scans below 0.5 visually), and `doubts`, the
      reasons in words; the group level collects them in `group_volumes.tsv`

    The JSON file beside an image names its scan, the model and the program. `status.tsv` lists how each scan was
    processed, and `CITATION.md` holds the text for a paper.

    """
  }
}

extension BIDSScan {
  /// The scan in a work list.
  var item: WorkList.Item { .init(subject: stem, operand: participant) }

  /// Whether there is something to segment, or a fault to report.
  var hasWork: Bool {
    if case .passedOver = state { false } else { true }
  }

  /// The scan as a subject that is skipped; `nil` where it has work.
  func skippedSubject(in source: BIDSDataset) -> Batch.Subject? {
    guard case .passedOver(let reason) = state else { return nil }
    var subject = Batch.Subject(
      name: stem, path: source.path.joined(path), stem: source.path.joined(path), scanFiles: [])
    subject.plan = .skips(reason: reason)
    return subject
  }
}
