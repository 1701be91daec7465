import Foundation
import Imaging
import Numerics
import Synthesis

extension TrainingData {
  /// Reads and prepares all images of a list.
  /// - Parameters:
  ///   - table: what the labels mean.
  ///   - report: called with how many are read.
  ///   - warned: called with what is doubtful about a label map.
  ///   - failed: called with each file's error; the others are still read, so that all faults are known at once.
  /// - Returns: `nil` where any failed: a training on fewer images than asked for would be another training.
  public init?(
    reading list: TrainingList, labelTable table: LabelTable, preprocessing: Preprocessing,
    report: (Int) -> Void = { _ in }, warned: (TrainingDataWarning) -> Void = { _ in },
    failed: (any Error) -> Void
  ) {
    self.init(training: [], validation: [])
    var isWhole = true
    for (number, entry) in list.entries.enumerated() {
      do {
        let example = try Example(
          reading: entry, labelTable: table, preprocessing: preprocessing, warned: warned)
        if entry.isValidation { validation.append(example) } else { training.append(example) }
      } catch {
        failed(error)
        isWhole = false
      }
      report(number + 1)
    }
    guard isWhole else { return nil }
  }

  /// Reads label maps that images are to be synthesized from, on the network's grid.
  /// - Parameters:
  ///   - parts: whether they must tell the parts of the gray matter apart.
  ///   - report: called with how many are read.
  ///   - failed: called with each file's error; the others are still read, so that all faults are known at once.
  /// - Returns: `nil` where any failed.
  public static func heads(
    reading sources: [LabelMapSource], preprocessing: Preprocessing, parts: Bool = false,
    report: (Int) -> Void = { _ in }, failed: (any Error) -> Void
  ) -> [HeadLabels]? {
    var heads: [HeadLabels] = []
    // Each core reads one map at a time; all at once would hold all files' voxels in memory.
    let cores = ProcessInfo.processInfo.activeProcessorCount
    for first in stride(from: 0, to: sources.count, by: cores) {
      let part = sources[first..<min(first + cores, sources.count)]
      let read = ParallelLoop.map(over: part.count, size: 1) { range in
        Result { try head(part[part.startIndex + range.lowerBound], preprocessing, parts) }
      }
      for (offset, result) in read.enumerated() {
        do { heads.append(try result.get()) } catch { failed(error) }
        report(first + offset + 1)
      }
    }
    return heads.count == sources.count ? heads : nil
  }

  private static func head(
    _ source: LabelMapSource, _ preprocessing: Preprocessing, _ parts: Bool
  ) throws -> HeadLabels {
    let map = try NIfTIImage(contentsOf: source.path).labelMap()
    let head = try HeadLabels(
      preprocessing(map), table: source.table, subject: source.subject, path: source.path)
    guard head.knowsParts || !parts else { throw HeadLabelsError.noParts(path: source.path) }
    return head
  }
}

extension TrainingData.Example {
  /// Reads and prepares one image with its labels.
  /// - Parameters:
  ///   - table: what the labels mean.
  ///   - warned: called with what is doubtful about the label map.
  /// - Throws: `NIfTIError`, `LabelTableError`, `TrainingDataError`.
  public init(
    reading entry: TrainingList.Entry, labelTable table: LabelTable, preprocessing: Preprocessing,
    warned: (TrainingDataWarning) -> Void = { _ in }
  ) throws {
    var image = try NIfTIImage(contentsOf: entry.image)
    if preprocessing.measuresIntensities { image.correctBackground() }
    let labels = try NIfTIImage(contentsOf: entry.label).labelMap()
    guard image.volume.grid.matches(labels.grid) else {
      throw TrainingDataError.gridsDiffer(
        image: entry.image, label: entry.label, image.volume.grid, labels.grid)
    }
    let tissues = try table.tissues(of: labels, from: entry.label)
    TrainingDataWarning.warnings(
      about: labels, tissues: tissues, by: table, scan: image.volume, path: entry.label
    ).forEach(warned)
    let prepared: Volume
    do {
      prepared = try preprocessing(image.volume)
    } catch {
      throw TrainingDataError.unprepared(image: entry.image, reason: "\(error)")
    }
    let onGrid = tissues.resampled(onto: prepared.grid)
    self.init(subject: entry.subject, image: LabeledImage(image: prepared, labels: onGrid))
  }
}
