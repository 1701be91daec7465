import Imaging
import NeuralNetwork
import Numerics

/// Divides the tissues of a segmentation into the structures of the brain.
///
/// A separate network finds structures on a grid of 2 mm. The tissues are those of the segmentation, whose network has a
/// finer grid, and do not change: a voxel of gray matter gets the most probable structure of gray matter. With the
/// probability P(t) of a tissue by the segmentation and P(s) of a structure of this tissue by the network, the
/// probability of the structure is P(t) · P(s) / Σ P(s), with the sum over all structures of the tissue.
public final class StructureFinder {
  private let segmenter: Segmenter

  /// Loads the built-in network.
  /// - Throws: `ModelError`, `EngineError`.
  public convenience init(precision: Precision = .fastest, threads: Int? = nil) throws {
    try self.init(BuiltInModel.structures.model(), precision: precision, threads: threads)
  }

  /// Uses a network whose output channels are background and all structures.
  /// - Throws: `EngineError`.
  package init(_ model: SegmentationModel, precision: Precision, threads: Int? = nil) throws(EngineError) {
    precondition(model.labels == OutputLabel.structures, "needed a network of structures")
    segmenter = try Segmenter(model, .init(precision: precision), threads: threads)
  }

  /// Returns the peak memory in bytes of segmenting a scan by a plan and then finding its structures. The second step
  /// holds this network, its output twice, and labels and three probabilities of each voxel.
  /// - Throws: `SegmenterError`, `EngineError`.
  public func peakByteCount(for grid: Grid, after plan: InferencePlan) throws -> Int {
    let own = try segmenter.plan(for: grid)
    let finding = own.peakByteCount + plan.networkByteCount + 16 * grid.count
    return max(plan.peakByteCount, finding)
  }

  /// Finds the structures of a segmentation.
  /// - Parameters:
  ///   - segmentation: the segmentation of `image`.
  ///   - image: the scan.
  /// - Throws: the errors of `Segmenter.segment`.
  public func divide(_ segmentation: inout Segmentation, of image: Volume) throws {
    let lattice = StructureLattice(try segmenter.windowProbabilities(of: image))
    let grid = segmentation.labels.grid
    let tissues = [Tissue.grayMatter, .whiteMatter, .csf].map(StructuresOfTissue.init)
    let row = lattice.path(from: grid)
    var structures = [UInt16](repeating: 0, count: grid.count)
    let labels = segmentation.labels.labels
    let maps = tissues.map { segmentation.probabilities[$0.tissue]?.voxels ?? [] }
    let sums = structures.withUnsafeMutableBufferPointer { structures in
      ParallelLoop.map(over: grid.shape.z, size: 1) { planes in
        var sum = StructureProbabilities.zero
        var index = planes.lowerBound * grid.shape.x * grid.shape.y
        for j in 0..<grid.shape.y {
          for i in 0..<grid.shape.x {
            defer { index += 1 }
            let label = labels[index]
            var found: StructureProbabilities?
            for (tissue, map) in zip(tissues, maps) {
              let part = map.isEmpty ? (label == tissue.tissue.rawValue ? 1 : 0) : map[index]
              guard part > 0 || label == tissue.tissue.rawValue else { continue }
              let all = found ?? lattice[row(SIMD3(Double(i), Double(j), Double(planes.lowerBound)))]
              found = all
              let share = tissue.share(of: all)
              sum += part * share
              if label == tissue.tissue.rawValue { structures[index] = tissue.mostProbable(share) }
            }
          }
        }
        return sum
      }
    }
    let total = sums.reduce(into: [Double](repeating: 0, count: BrainStructure.allCases.count)) { total, sum in
      for index in total.indices { total[index] += Double(sum[index]) }
    }
    segmentation.structures = LabelMap(grid: grid, labels: structures)
    segmentation.structureSums = Dictionary(uniqueKeysWithValues: zip(BrainStructure.allCases, total))
  }
}

/// One number for each structure, in the order of `BrainStructure.allCases`.
private typealias StructureProbabilities = SIMD32<Float>

/// The probabilities of all structures on the network's grid, all numbers of a voxel side by side.
private struct StructureLattice {
  private let grid: Grid
  private let values: [StructureProbabilities]

  /// - Parameter channels: background and all structures.
  init(_ channels: [Volume]) {
    grid = channels[0].grid
    var values = [StructureProbabilities](repeating: .zero, count: grid.count)
    for (place, channel) in channels.dropFirst().enumerated() {
      channel.voxels.withUnsafeBufferPointer { source in
        values.withUnsafeMutableBytes { target in
          let target = target.bindMemory(to: Float.self)
          for index in source.indices { target[place + StructureProbabilities.scalarCount * index] = source[index] }
        }
      }
    }
    self.values = values
  }

  /// Returns the map from voxels of another grid to voxels of this one.
  func path(from other: Grid) -> Affine {
    guard let inverse = grid.affine.inverse else { preconditionFailure("a grid has an inverse") }
    return inverse.composed(after: other.affine)
  }

  /// Returns the trilinear interpolation at a position in voxels. Outside, the nearest position inside is taken.
  subscript(position: SIMD3<Double>) -> StructureProbabilities {
    let last = SIMD3<Double>(grid.shape &- 1)
    let inside = pointwiseMin(pointwiseMax(position, .zero), last)
    let low = pointwiseMin(SIMD3<Int>(inside), pointwiseMax(grid.shape &- 2, .zero))
    let (w, row) = (SIMD3<Float>(inside - SIMD3<Double>(low)), grid.shape.x)
    let slab = row * grid.shape.y
    let start = low.x + row * low.y + slab * low.z
    let step = pointwiseMin(grid.shape &- 1, .one)
    return values.withUnsafeBufferPointer { values in
      var sum = StructureProbabilities.zero
      for dz in 0...1 {
        for dy in 0...1 {
          let weight = (dz == 0 ? 1 - w.z : w.z) * (dy == 0 ? 1 - w.y : w.y)
          guard weight > 0 else { continue }
          let offset = start + dz * step.z * slab + dy * step.y * row
          sum += weight * ((1 - w.x) * values[offset] + w.x * values[offset + step.x])
        }
      }
      return sum
    }
  }
}

/// The structures of one tissue.
private struct StructuresOfTissue {
  let tissue: Tissue
  private let places: [Int]
  /// The labels of the places.
  private let labels: [UInt16]
  private let mask: StructureProbabilities

  init(_ tissue: Tissue) {
    self.tissue = tissue
    let all = BrainStructure.allCases
    let places = all.indices.filter { all[$0].tissue == tissue }
    var mask = StructureProbabilities.zero
    for place in places { mask[place] = 1 }
    self.mask = mask
    self.places = places
    labels = places.map { all[$0].rawValue }
  }

  /// Returns the probabilities of the tissue's structures, with the sum 1.
  func share(of probabilities: StructureProbabilities) -> StructureProbabilities {
    // The smallest normal number decides where the network excludes all of them.
    let own = mask * (probabilities + .leastNormalMagnitude)
    return own / own.sum()
  }

  /// Returns the label of the most probable of the tissue's structures.
  func mostProbable(_ share: StructureProbabilities) -> UInt16 {
    var best = 0
    for index in places.indices where share[places[index]] > share[places[best]] { best = index }
    return labels[best]
  }
}
