import Batch
import Files
import Imaging

/// Preprocesses scans with the same settings into one folder: the stage of `preprocess`.
struct PreprocessingStage: Sendable {
  /// A scan, and the mask in which its intensities are measured.
  private struct MaskedScan: Sendable {
    var scan: RecordedImage
    var mask: LabelMap?
  }

  /// A preprocessed scan, whose own voxels are not needed any more.
  private struct PreparedScan: Sendable {
    var header: NIfTIHeader
    var inputs: [FileRecord]
    var volume: Volume

    /// Bytes until it is written: voxels, and a file as large as they are.
    var byteCount: Int { RecordedImage.bytesPerVoxel * volume.grid.count }
  }

  /// The stage's name in `status.tsv`.
  static let name = "preprocess"

  private let folder: String
  private let preprocessing: Preprocessing
  private let masks: ScanMasks?
  private let batch: RecordedBatch<NoRow>

  /// Creates a stage.
  /// - Parameters:
  ///   - masks: where intensities are measured; `nil` for the whole scans.
  ///   - folder: of the results, of `status.tsv` and of the completion records.
  ///   - shard: the shard of the batch that this process does; `nil` for all of it.
  /// - Throws: `UnreadableFile`, and what reading the reference of `--match` throws.
  init(
    _ options: PreprocessingOptions, masks: ScanMasks?, folder: String, program: ProgramIdentity,
    shard: Shard? = nil
  ) throws {
    var hashes = FileHashes()
    let references = Result { try hashes.records(options.files) }
    // Before the hashes, because the reader explains better what is wrong with a file.
    preprocessing = try options.preprocessing()
    self.folder = folder
    self.masks = masks
    // The histogram of the reference is not among the arguments: the file that it comes from is one of the inputs.
    var own = preprocessing
    own.matching = nil
    batch = try RecordedBatch(
      Self.name, folder: folder, program: program, recipe: own, shared: try references.get(), shard: shard)
  }

  /// Returns the path of a preprocessed scan in a folder, named as a BIDS derivative:
  /// `sub-01_desc-preproc_T1w.nii.gz`.
  static func path(of name: String, in folder: String) -> String {
    folder.joined(name + "_desc-preproc_T1w.nii.gz")
  }

  /// Returns scans as subjects of the batch.
  func subjects(_ scans: [WorkList.Item]) -> [Batch.Subject] {
    scans.map { scan in
      let path = scan.operand
      var subject = Batch.Subject(name: scan.subject, path: path, scanFiles: ScanName.files(of: path))
      subject.outputs = [Self.path(of: scan.subject, in: folder)]
      subject.results = subject.outputs
      do {
        subject.companions = try masks.map { ScanName.files(of: try $0.path(for: path)) } ?? []
      } catch {
        subject.fault = error
      }
      return subject
    }
  }

  /// Refuses scans whose results would replace those of others, as `plan` does.
  func check(_ subjects: [Batch.Subject]) throws(ReplacedScanError) { try batch.check(subjects) }

  /// Decides what must be done about each subject, and why, as `RecordedBatch` does.
  func plan(_ subjects: [Batch.Subject], force: Bool = false) throws(ReplacedScanError) -> [Batch.Subject] {
    try batch.plan(subjects, force: force)
  }

  /// Preprocesses the planned subjects.
  /// - Throws: `StatusTableError`. A scan that fails is not an error but a row of the table.
  func run(
    _ subjects: [Batch.Subject], jobs: JobShare, memory: JobMemory,
    report: @escaping @Sendable (Batch.Event) -> Void
  ) throws(StatusTableError) -> Batch.Summary {
    try batch.run(subjects, jobs: jobs, memory: memory, report: report) { steps(memory) }
  }

  /// The functions of one job.
  private func steps(_ memory: JobMemory) -> Stage<MaskedScan, PreparedScan> {
    var stage = Stage<MaskedScan, PreparedScan>(
      name: Self.name,
      read: { subject, room in
        var hashes = FileHashes()
        let companions = Result { try hashes.records(subject.companions) }
        guard var scan = try RecordedImage(contentsOf: subject.path, room: room) else { return nil }
        if preprocessing.measuresIntensities { scan.image.correctBackground() }
        let mask = try masks?.mask(of: scan.image)
        scan.files += try companions.get()
        return MaskedScan(scan: scan, mask: mask)
      },
      work: { input in
        PreparedScan(
          header: input.scan.image.header, inputs: input.scan.files,
          volume: try preprocessing(input.scan.image.volume, mask: input.mask))
      },
      write: { subject, found in
        for path in subject.outputs { try found.volume.write(to: path, like: found.header) }
        try batch.records.keep(subject, inputs: found.inputs)
        return .init(lines: subject.results)
      })
    stage.memory = { input in
      try need(for: input.scan.image.volume.grid, isMasked: input.mask != nil, memory)
    }
    stage.residue = \.byteCount
    return stage
  }

  /// Returns the bytes that the process holds at most while it preprocesses a scan on this grid.
  /// - Throws: `MemoryRefusal` where these are more than the limit.
  private func need(for grid: Grid, isMasked: Bool, _ memory: JobMemory) throws(MemoryRefusal) -> Int {
    let volumes = preprocessing.peakByteCount(for: grid, isMasked: isMasked)
    return try memory.need(volumes, for: "the scan's volumes", beside: Self.programByteCount)
  }

  /// Bytes of code, libraries and system buffers: what the process held beyond its volumes where it was measured,
  /// rounded up.
  private static let programByteCount = 60_000_000
}
