import ArgumentParser
import Batch
import Files
import Imaging
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
  /// - Parameter resuming: whether it continues from the checkpoint, where there is one.
  /// - Returns: a sentence about the model.
  /// - Throws: exit code 1 where the data cannot be used, which has been reported; and as `Trainer.run`.
  func run(to files: Trainer.Files, resuming: Bool) throws -> String {
    let trainer = Trainer(
      configuration, data: try data(), from: origin, program: "grisea \(Grisea.configuration.version)",
      memoryLimit: ProcessMemory.availableByteCount, threads: threads)
    var progress = TrainingProgress(isSilent: isSilent)
    let model = try trainer.run(to: files, resuming: resuming) { progress.show($0) }
    return progress.summary(of: model)
  }

  private func data() throws -> TrainingData {
    let preprocessing = configuration.preprocessing
    try TrainingData.checkSize(
      of: images?.entries ?? [], labelMaps, preprocessing: preprocessing,
      limit: ProcessMemory.availableByteCount)
    var data: TrainingData? = TrainingData(training: [], validation: [])
    var warnings = TrainingWarnings(givenTable: table.isGiven ? table.name : nil)
    if let images {
      var progress = Progress("images read", total: images.entries.count, isSilent: isSilent)
      data = TrainingData(
        reading: images, labelTable: try LabelTable(nameOrPath: table.name), preprocessing: preprocessing,
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
    for head in heads { warnings.add(head) }
    let isUsable = warnings.print(
      of: images?.entries.count ?? 0, heads: heads.count, hasValidation: !data.validation.isEmpty,
      isSilent: isSilent)
    guard isUsable else { throw ExitCode.failure }
    data.heads = heads
    return data
  }
}
