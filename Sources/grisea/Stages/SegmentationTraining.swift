import ArgumentParser
import Batch
import Files
import Imaging
import NeuralNetwork
import Segmentation

/// A training of a segmentation model: its data, its settings, and the model that it starts from.
struct SegmentationTraining: Sendable {
  /// The images with labels; `nil` where only label maps teach.
  var images: TrainingList?
  /// The label maps from which images are synthesized.
  var labelMaps: [LabelMapSource]
  /// The name or the path of the images' label table, and whether the user has given it.
  var table: (name: String, isGiven: Bool)
  var configuration: TrainingConfiguration
  /// The model that is adapted; `nil` for a new network.
  var origin: SegmentationModel?
  var threads: Int
  var isSilent: Bool

  /// Reads the data, trains, and writes the model and its log.
  /// - Parameters:
  ///   - resuming: whether it continues from the checkpoint, where there is one.
  ///   - replacing: whether a checkpoint of another training is replaced, instead of being an error.
  /// - Returns: a sentence about the model.
  /// - Throws: exit code 1 where the data cannot be used, which has been reported; and as `Trainer.run`.
  func run(to files: Trainer.Files, resuming: Bool, replacing: Bool = false) throws -> String {
    let trainer = Trainer(
      configuration, data: try data(), from: origin, program: "grisea \(Grisea.configuration.version)",
      memoryLimit: ProcessMemory.availableByteCount, threads: threads)
    var progress = TrainingProgress(isSilent: isSilent)
    let model: SegmentationModel
    do {
      model = try trainer.run(to: files, resuming: resuming) { progress.show($0) }
    } catch ModelError.otherTraining(path: _, differences: _) where replacing {
      model = try trainer.run(to: files, resuming: false) { progress.show($0) }
    }
    return progress.summary(of: model)
  }

  private func data() throws -> TrainingData {
    let preprocessing = configuration.preprocessing
    try TrainingData.checkSize(
      of: images?.entries ?? [], labelMaps, preprocessing: preprocessing,
      limit: ProcessMemory.availableByteCount)
    var data: TrainingData? = TrainingData(training: [], validation: [])
    let labelTable = try LabelTable(nameOrPath: table.name)
    // Before the files are read; one that cannot be hashed is reported when it is read.
    let sourceHash = Result {
      try TrainingData.sourceHash(of: images?.entries ?? [], labelTable: labelTable, labelMaps: labelMaps)
    }
    var warnings = TrainingWarnings(givenTable: table.isGiven ? table.name : nil)
    if let images {
      var progress = Progress("images read", total: images.entries.count, isSilent: isSilent)
      data = TrainingData(
        reading: images, labelTable: labelTable, preprocessing: preprocessing,
        outputs: configuration.outputs, report: { progress.update($0) }, warned: { warnings.add($0) },
        failed: { StandardError.print("\($0)") })
      progress.finish()
      if configuration.addsFluid == true, let origin {
        var progress = Progress("images segmented", total: images.entries.count, isSilent: isSilent)
        try data?.addFluid(
          by: origin, outputs: configuration.outputs, precision: configuration.precision ?? .fastest,
          threads: threads
        ) { progress.update($0) }
        progress.finish()
      }
    }
    var progress = Progress(
      "label maps read", total: labelMaps.count, isSilent: isSilent || labelMaps.isEmpty)
    let heads = TrainingData.heads(
      reading: labelMaps, preprocessing: preprocessing,
      parts: configuration.parts == true || configuration.structures == true,
      report: { progress.update($0) }, failed: { StandardError.print("\($0)") })
    progress.finish()
    guard var data, let heads else {
      StandardError.print("training stopped, as some files cannot be read: repair them or leave them out")
      throw ExitCode.failure
    }
    if !isSilent { warnAboutHeldOut() }
    for head in heads { warnings.add(head) }
    let isUsable = warnings.print(
      of: images?.entries.count ?? 0, heads: heads.count, hasValidation: !data.validation.isEmpty,
      isSilent: isSilent)
    guard isUsable else { throw ExitCode.failure }
    data.heads = heads
    data.sourceHash = try sourceHash.get()
    return data
  }

  /// Warns of label maps of persons who are held out for validation, because images of these persons are synthesized.
  private func warnAboutHeldOut() {
    let held = (images?.entries ?? []).filter(\.isValidation)
    let people = Set(held.flatMap { [$0.subject, ScanName(path: $0.image).subject.person] })
    StandardError.warn(
      "held out for validation, but with a label map from which training images are synthesized",
      of: labelMaps.map { ScanName(path: $0.path).subject.person }.filter { people.contains($0) })
  }
}
