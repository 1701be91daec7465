import Foundation
import Imaging
import Numerics

/// The segmentation of a scan, on the scan's own grid.
public struct Segmentation: Sendable {
  /// BIDS tissue labels: the most probable tissue of each voxel.
  public var labels: LabelMap
  /// The probability of each tissue except the background, from 0 to 1.
  public var probabilities: [Tissue: Volume]
  /// The structure of each voxel (`BrainStructure`); `nil` if the tissues are not divided.
  public var structures: LabelMap?
  /// The sum of the probabilities of each structure over all voxels; empty if the tissues are not divided.
  public var structureSums: [BrainStructure: Double] = [:]

  /// Creates a segmentation without structures.
  public init(labels: LabelMap, probabilities: [Tissue: Volume]) {
    self.labels = labels
    self.probabilities = probabilities
  }

  /// Returns a mask that is 1 where the label is the tissue.
  public func mask(of tissue: Tissue) -> LabelMap {
    LabelMap(grid: labels.grid, labels: labels.labels.map { $0 == tissue.rawValue ? 1 : 0 })
  }

  /// Returns the volume of a tissue in ml: the number of voxels with its label times the voxel volume.
  public func volume(of tissue: Tissue) -> Double {
    let label = tissue.rawValue
    let count = labels.labels.withUnsafeBufferPointer { labels in
      ParallelLoop.sum(over: labels.count) { range in
        labels.extracting(range).reduce(0) { $0 &+ ($1 == label ? 1 : 0) }
      }
    }
    return Double(count) * labels.grid.voxelVolume / 1000
  }

  /// The labels with the parts of the gray matter (`GrayMatterPart`) in its place; `nil` if the tissues are not divided.
  public var parts: LabelMap? {
    guard let structures else { return nil }
    var lookup = [UInt16](repeating: Tissue.grayMatter.rawValue, count: Int(UInt8.max) + 1)
    for structure in BrainStructure.allCases {
      if let part = structure.part { lookup[Int(structure.rawValue)] = part.rawValue }
    }
    let values = zip(labels.labels, structures.labels).map { label, structure in
      label == Tissue.grayMatter.rawValue ? lookup[Int(structure)] : label
    }
    return LabelMap(grid: labels.grid, labels: values)
  }

  /// Returns the volume of each part of the gray matter in ml; empty if the tissues are not divided.
  public var partVolumes: [GrayMatterPart: Double] {
    structureVolumes.reduce(into: [:]) { volumes, entry in
      if let part = entry.key.part { volumes[part, default: 0] += entry.value.hard }
    }
  }

  /// Returns the volume of each structure in ml, of its voxels and of its probabilities; empty if the tissues are not
  /// divided.
  public var structureVolumes: [BrainStructure: (hard: Double, soft: Double)] {
    guard let structures else { return [:] }
    let counts = LabelMap.counts(of: structures.labels)
    let voxel = labels.grid.voxelVolume / 1000
    return BrainStructure.allCases.reduce(into: [:]) { volumes, structure in
      let sum = structureSums[structure] ?? 0
      volumes[structure] = (Double(counts[Int(structure.rawValue)]) * voxel, sum * voxel)
    }
  }
}

extension Segmentation {
  /// A mask of the intracranial space, 1 inside: all tissue and the holes it encloses. In a skull-stripped scan it
  /// contains only the fluid that the stripping has left.
  public var brainMask: LabelMap {
    labels.holesFilled()
  }

  /// Returns the soft volume of a tissue in ml, that is, the sum of its probabilities times the voxel volume.
  public func softVolume(of tissue: Tissue) -> Double {
    let sum = probabilities[tissue]?.sum ?? 0
    return sum * labels.grid.voxelVolume / 1000
  }

  /// The normalized entropy of each voxel, −Σ p ln p over all tissues and background divided by its greatest possible
  /// value: 0 if the network is certain, 1 if all classes are equally probable.
  public var entropy: Volume {
    var entropy = Volume(grid: labels.grid)
    var rest = [Float](repeating: 1, count: entropy.voxels.count)
    let scale = -1 / logf(Float(probabilities.count + 1))
    func add(_ p: Float, at index: Int) { if p > 0 { entropy.voxels[index] += scale * p * logf(p) } }
    for (_, volume) in probabilities.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
      for (index, p) in volume.voxels.enumerated() where p > 0 {
        add(p, at: index)
        rest[index] -= p
      }
    }
    for index in rest.indices where rest[index] < 1 { add(rest[index], at: index) }
    return entropy
  }
}

extension Volume {
  /// The sum of all voxels.
  var sum: Double {
    voxels.withUnsafeBufferPointer { voxels in
      ParallelLoop.sum(over: voxels.count) { range in
        voxels.extracting(range).reduce(0.0) { $0 + Double($1) }
      }
    }
  }
}

extension Segmentation {
  /// Returns the mean of `entropy` over a mask; `nil` if there are no probabilities or the mask is empty.
  ///
  /// It is computed voxel by voxel, because a volume would need additional memory while the next scan is read.
  func meanEntropy(inside mask: LabelMap) -> Double? {
    let maps = probabilities.sorted { $0.key.rawValue < $1.key.rawValue }.map(\.value.voxels)
    guard !maps.isEmpty else { return nil }
    var (sum, count) = (0.0, 0)
    for index in mask.labels.indices where mask.labels[index] > 0 {
      var rest: Float = 1
      for map in maps {
        rest -= map[index]
        sum += Self.surprise(map[index])
      }
      sum += Self.surprise(rest)
      count += 1
    }
    return count > 0 ? sum / Double(count) / log(Double(maps.count + 1)) : nil
  }

  /// Returns −p ln p; 0 for p = 0.
  private static func surprise(_ p: Float) -> Double { p > 0 ? -Double(p) * log(Double(p)) : 0 }
}
