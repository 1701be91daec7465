import ArgumentParser
import Evaluation
import Imaging
import PipelineRunner
import Segmentation

/// `grisea segment IMAGE… --model FILE --output DIR`
struct Segment: StageCommand, ReportingCommand {
  static let configuration = CommandConfiguration(
    abstract: "Finds gray matter, white matter and cerebrospinal fluid in scans.",
    discussion: """
      For sub-01_T1w.nii.gz it writes sub-01_dseg.nii.gz (1 GM, 2 WM, 3 CSF), sub-01_label-GM_mask.nii.gz and \
      sub-01_desc-brain_mask.nii.gz on the scan's own grid, and a row of volumes.tsv. One scan that cannot be read does not stop the others.
      """)

  @Argument(help: "Scans to segment, NIfTI.")
  var images: [String]

  @Option(
    help: ArgumentHelp(
      "A model inside the program, or the file of one that `grisea train` has written.",
      valueName: "fast | safetensors"))
  var model = BuiltInModel.fast.rawValue

  @Option(name: .shortAndLong, help: "Folder for the results; it is made if its parent exists.")
  var output: String

  @Flag(help: "Write the probability of each tissue too, as sub-01_label-GM_probseg.nii.gz and so on.")
  var probabilities = false

  @Flag(help: "Write where the network is in doubt, 0 to 1, as sub-01_desc-entropy_probseg.nii.gz.")
  var entropy = false

  @Flag(help: "Write probabilities in steps of 1/255, a quarter of the size, instead of float32.")
  var compact = false

  @Flag(inversion: .prefixedNo, help: "Keep only the largest connected piece of what is not background.")
  var largestComponent = true

  @Flag(
    inversion: .prefixedNo,
    help: ArgumentHelp(
      "Average the answers to four views of the scan, mirrored and moved by a voxel: better, and four times the network's time. (default: --ensemble for models that find the brain, --no-ensemble for those of tiles)"
    ))
  var ensemble: Bool?

  @Flag(help: "Draw the gray matter's outline over slices of the scan, as sub-01_dseg.png.")
  var picture = false

  @Flag(help: "Say how each scan would go through the network and what memory that takes; do nothing.")
  var dryRun = false

  @OptionGroup var memory: MemoryOptions
  @OptionGroup var precision: PrecisionOptions
  @OptionGroup var threads: ThreadOptions
  @OptionGroup var reporting: ReportingOptions

  func validate() throws {
    try Batch.validateNames(images)
    guard !compact || probabilities || entropy else {
      throw ValidationError(
        "--compact says how --probabilities and --entropy are written; give one of them too")
    }
  }

  func run() throws {
    let volumes = files(of: images[0]).volumes
    let segmenter = try segmenter()
    if dryRun { return try InferencePlanTable(segmenter, isSilent: reporting.quiet).print(for: images) }
    precision.remark(isSilent: reporting.quiet)
    try OutputFolder.make(output)
    // A file of that name that is no table of volumes is better known now than after the first scan.
    _ = try VolumeTable(contentsOf: volumes)
    let batch = Batch(scans: images, title: "scans segmented", isSilent: reporting.quiet)
    try batch.run(footer: volumes) { image in
      var result = try segmenter.segment(image.volume)
      if largestComponent { result.keepLargestComponent() }
      let files = files(of: image.path)
      if let picture = files.picture {
        try SlicePicture(scan: image.volume, mask: result.mask(of: .grayMatter)).write(to: picture)
      }
      try result.write(
        to: files, like: image.header, subject: ScanName(path: image.path).stem, compact: compact)
      return files.ownPaths
    }
  }

  private func segmenter() throws -> Segmenter {
    var configuration = Segmenter.Configuration(precision: precision.value)
    configuration.memoryLimit = memory.byteCount
    let model = try SegmentationModel(nameOrPath: model)
    configuration.ensemble = ensemble ?? (model.fieldOfView == .brain)
    return try Segmenter(model, configuration, threads: threads.count)
  }

  private func files(of scan: String) -> SegmentationFiles {
    SegmentationFiles(
      scan: scan, folder: output, probabilities: probabilities, entropy: entropy, picture: picture)
  }

  func declaration() throws -> StageDeclaration {
    StageDeclaration(
      inputs: images + (BuiltInModel(rawValue: model) == nil ? [model] : []),
      outputs: images.flatMap { files(of: $0).ownPaths },
      updates: [files(of: images[0]).volumes])
  }
}
