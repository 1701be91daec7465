import Files
import Foundation
import Imaging
import Numerics
import Synthesis

/// Labeled images by subject, for training and for validation.
public struct TrainingData: Sendable {
  /// A labeled image of a subject.
  public struct Example: Sendable {
    /// The subject's name.
    public var subject: String
    /// The image.
    public var image: LabeledImage

    /// Creates an example.
    public init(subject: String, image: LabeledImage) {
      self.subject = subject
      self.image = image
    }
  }

  /// The images for training.
  public var training: [Example]
  /// The images for validation.
  public var validation: [Example]
  /// The label maps from which training images are synthesized.
  public var heads: [HeadLabelMap]
  /// The hash of the files and label tables of the data (`TrainingData.sourceHash(of:labelTable:labelMaps:)`), by which a
  /// checkpoint of a training on other data is recognized; `nil` if the data were not read from files.
  public var sourceHash: ContentHash?

  /// Creates training data.
  public init(training: [Example], validation: [Example], heads: [HeadLabelMap] = []) {
    self.training = training
    self.heads = heads
    self.validation = validation
  }
}

extension TrainingData {
  /// Reads and preprocesses all images of a list.
  /// - Parameters:
  ///   - list: the images and their label maps.
  ///   - table: the label table of the label maps.
  ///   - preprocessing: the network's preprocessing.
  ///   - outputs: the labels of the network's channels.
  ///   - report: called with the number of images read.
  ///   - warned: called for each warning about a label map.
  ///   - failed: called for each error; the remaining files are still read, so that all errors are reported at once.
  /// - Returns: `nil` if any file failed, because a training on fewer images would be a different training.
  public init?(
    reading list: TrainingList, labelTable table: LabelTable, preprocessing: Preprocessing,
    outputs: [OutputLabel] = OutputLabel.tissues,
    report: (Int) -> Void = { _ in }, warned: (TrainingDataWarning) -> Void = { _ in },
    failed: (any Error) -> Void
  ) {
    self.init(training: [], validation: [])
    var isWhole = true
    for (number, entry) in list.entries.enumerated() {
      do {
        let example = try Example(
          reading: entry, labelTable: table, preprocessing: preprocessing, outputs: outputs, warned: warned)
        if entry.isValidation { validation.append(example) } else { training.append(example) }
      } catch {
        failed(error)
        isWhole = false
      }
      report(number + 1)
    }
    guard isWhole else { return nil }
  }

  /// Reads label maps for synthesis, on the network's grid.
  /// - Parameters:
  ///   - sources: the label maps and their tables.
  ///   - preprocessing: the network's preprocessing.
  ///   - parts: whether the maps must distinguish the parts of the gray matter, as for structures.
  ///   - report: called with the number of maps read.
  ///   - failed: called for each error; the remaining files are still read, so that all errors are reported at once.
  /// - Returns: `nil` if any file failed.
  public static func heads(
    reading sources: [LabelMapSource], preprocessing: Preprocessing, parts: Bool = false,
    report: (Int) -> Void = { _ in }, failed: (any Error) -> Void
  ) -> [HeadLabelMap]? {
    var heads: [HeadLabelMap] = []
    // Each core reads one map at a time, because all maps at once would hold all files' voxels in memory.
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

  /// Returns the hash of everything that is read for a training: the bytes of images and label maps in their order, and
  /// the entries of the label tables.
  ///
  /// The files are hashed and not the preprocessed images, because these may differ in the last digit on other processors,
  /// on which a training can be resumed.
  /// - Parameters:
  ///   - images: the images with their label maps.
  ///   - table: the label table of the images' label maps.
  ///   - heads: the label maps for synthesis.
  /// - Throws: `UnreadableFile`.
  public static func sourceHash(
    of images: [TrainingList.Entry], labelTable table: LabelTable, labelMaps heads: [LabelMapSource]
  ) throws -> ContentHash {
    func hashes(_ paths: [String]) throws -> [String] { try paths.map { try ContentHash(ofFile: $0).hex } }
    func text(_ table: LabelTable) -> [String] {
      table.entries.map { "\($0.first)\t\($0.last)\t\($0.name)\t\($0.tissue.rawValue)" }
    }
    var lines = images.isEmpty ? [] : text(table)
    for image in images {
      lines += try hashes(ScanName.files(of: image.image) + ScanName.files(of: image.label))
    }
    for head in heads { lines += try text(head.table) + hashes(ScanName.files(of: head.path)) }
    return ContentHash(of: Data(lines.joined(separator: "\n").utf8))
  }

  private static func head(
    _ source: LabelMapSource, _ preprocessing: Preprocessing, _ parts: Bool
  ) throws -> HeadLabelMap {
    let map = try NIfTIImage(contentsOf: source.path).labelMap()
    let head = try HeadLabelMap(
      preprocessing(map), table: source.table, subject: source.subject, path: source.path)
    guard head.knowsParts || !parts else { throw HeadLabelsError.noParts(path: source.path) }
    return head
  }
}

extension TrainingData.Example {
  /// Reads and preprocesses one image with its labels.
  /// - Parameters:
  ///   - entry: the image and its label map.
  ///   - table: the label table.
  ///   - preprocessing: the network's preprocessing.
  ///   - outputs: the labels of the network's channels: tissues, or structures.
  ///   - warned: called for each warning about the label map.
  /// - Throws: `NIfTIError`, `LabelTableError`, `TrainingDataError`.
  public init(
    reading entry: TrainingList.Entry, labelTable table: LabelTable, preprocessing: Preprocessing,
    outputs: [OutputLabel] = OutputLabel.tissues,
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
    let channels = Self.channels(of: labels, tissues: tissues, outputs)
    self.init(
      subject: entry.subject,
      image: LabeledImage(
        image: prepared, labels: channels.resampled(onto: prepared.grid),
        mirrored: outputs == OutputLabel.tissues ? nil : OutputLabel.mirrored(outputs)))
  }
}

extension TrainingData.Example {
  /// Returns the index of the network's channel of each voxel.
  private static func channels(
    of labels: LabelMap, tissues: LabelMap, _ outputs: [OutputLabel]
  ) -> LabelMap {
    guard outputs.contains(where: { $0.structure != nil }) else { return tissues }
    var places = [UInt16](repeating: 0, count: Int(UInt16.max) + 1)
    for (place, output) in outputs.enumerated() { places[Int(output.value)] = UInt16(place) }
    places[0] = 0
    return LabelMap(grid: labels.grid, labels: StructureMap(labels).labels.map { places[Int($0)] })
  }
}

extension TrainingData {
  /// Checks, from the headers only, that images and label maps fit into memory on the network's grid. Files whose
  /// header cannot be read are skipped; reading them reports the error.
  /// - Parameters:
  ///   - images: the images.
  ///   - heads: the label maps for synthesis.
  ///   - preprocessing: the network's preprocessing.
  ///   - limit: memory in bytes; `nil` if it is not known.
  /// - Throws: `TrainingDataError.tooManyVoxels`, `.memory`.
  public static func checkSize(
    of images: [TrainingList.Entry], _ heads: [LabelMapSource], preprocessing: Preprocessing, limit: Int?
  ) throws(TrainingDataError) {
    var (held, most) = (0, 0)
    for image in images {
      guard let (source, count) = try size(of: image.image, preprocessing) else { continue }
      most = max(most, held + preprocessing.peakByteCount(for: source, isMasked: false))
      held += count * (MemoryLayout<Float>.stride + MemoryLayout<UInt16>.stride)
    }
    // Label maps keep the head's box only, which the header does not show, so the whole map is counted.
    for head in heads {
      guard let (_, count) = try size(of: head.path, preprocessing) else { continue }
      most = max(most, held + count * MemoryLayout<UInt16>.stride)
    }
    let needed = max(held, most)
    if let limit, needed > limit {
      throw .memory(files: images.count + heads.count, needed: needed, limit: limit)
    }
  }

  private static func size(
    of path: String, _ preprocessing: Preprocessing
  ) throws(TrainingDataError) -> (source: Grid, count: Int)? {
    guard let source = try? NIfTIHeader(contentsOf: path).grid else { return nil }
    let count = preprocessing.grid(for: source).count
    guard count <= LabelIndex.mostVoxels else { throw .tooManyVoxels(path: path, count: count) }
    return (source, count)
  }
}

/// Why an image cannot be used for training.
public enum TrainingDataError: Error, Hashable, Sendable {
  /// The grids of image and label map differ.
  case gridsDiffer(image: String, label: String, Grid, Grid)
  /// The image cannot be preprocessed.
  case unprepared(image: String, reason: String)
  /// The image has more voxels on the network's grid than 31 bits can number.
  case tooManyVoxels(path: String, count: Int)
  /// Images and label maps need more memory than the limit, in bytes.
  case memory(files: Int, needed: Int, limit: Int)
}

extension TrainingDataError: CustomStringConvertible {
  /// The error as one sentence.
  public var description: String {
    switch self {
    case .gridsDiffer(let image, let label, let first, let second):
      first.shape != second.shape
        ? "\(label): found \(Self.text(second.shape)) voxels, needed \(Self.text(first.shape)) as in \(image)"
        : "\(label): the affine differs from that of \(image) by up to "
          + "\(first.affine.distance(to: second.affine)) mm"
    case .unprepared(let image, let reason): "\(image): \(reason)"
    case .tooManyVoxels(let path, let count):
      "\(path): \(count) voxels at this spacing, at most \(LabelIndex.mostVoxels) are possible; use a larger --spacing"
    case .memory(let files, let needed, let limit):
      "\(files) \(files == 1 ? "file needs" : "files need") at least \(needed / 1_000_000) MB of memory at this spacing, "
        + "but \(limit / 1_000_000) MB are available; use fewer files or a larger --spacing"
    }
  }

  private static func text(_ shape: SIMD3<Int>) -> String { "\(shape.x)×\(shape.y)×\(shape.z)" }
}
