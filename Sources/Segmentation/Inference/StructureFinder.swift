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
    var configuration = Segmenter.Configuration(precision: precision)
    // With the mirrored view, a scan and its mirror image have the same structures on the other side.
    configuration.views = 2
    segmenter = try Segmenter(model, configuration, threads: threads)
  }

  /// Returns the peak memory in bytes of segmenting a scan by a plan and then finding its structures. The second step
  /// holds this network, its output twice, and labels and three probabilities of each voxel. Without a plan, the
  /// labels exist already.
  /// - Throws: `SegmenterError`, `EngineError`.
  public func peakByteCount(for grid: Grid, after plan: InferencePlan?) throws -> Int {
    let finding = try segmenter.plan(for: grid).peakByteCount + 16 * grid.count
    return max(plan?.peakByteCount ?? 0, finding + (plan?.networkByteCount ?? 0))
  }

  /// Finds the structures of a segmentation.
  /// - Parameters:
  ///   - segmentation: the segmentation of `image`.
  ///   - image: the scan.
  /// - Throws: the errors of `Segmenter.segment`.
  public func divide(_ segmentation: inout Segmentation, of image: Volume) throws {
    let lattice = StructureLattice(try segmenter.windowProbabilities(of: image))
    let division = StructureDivision(segmentation, lattice)
    var structures = [UInt16](repeating: 0, count: segmentation.labels.labels.count)
    let sums = structures.withUnsafeMutableBufferPointer { target in
      ParallelLoop.map(over: segmentation.labels.grid.shape.z, size: 1) { planes in
        division.divide(plane: planes.lowerBound, into: target)
      }
    }
    segmentation.structures = LabelMap(grid: segmentation.labels.grid, labels: structures)
    for (place, structure) in BrainStructure.allCases.enumerated() {
      segmentation.structureSums[structure] = sums.reduce(0) { $0 + Double($1[place]) }
    }
  }
}

/// The probabilities of all structures on the network's grid, all numbers of a voxel side by side.
private struct StructureLattice {
  /// The number of structures.
  static let count = BrainStructure.allCases.count

  let grid: Grid
  let values: [Float]

  /// - Parameter channels: background and all structures.
  init(_ channels: [Volume]) {
    grid = channels[0].grid
    var values = [Float](repeating: 0, count: Self.count * grid.count)
    values.withUnsafeMutableBufferPointer { target in
      for (place, channel) in channels.dropFirst().enumerated() {
        channel.voxels.withUnsafeBufferPointer { source in
          for index in source.indices { target[place + Self.count * index] = source[index] }
        }
      }
    }
    self.values = values
  }

  /// Writes the trilinear interpolation at a position in voxels. Outside, the nearest position inside is taken.
  @inline(__always)
  func interpolate(
    _ values: UnsafePointer<Float>, at position: SIMD3<Double>, into result: UnsafeMutablePointer<Float>
  ) {
    let inside = pointwiseMin(pointwiseMax(position, .zero), SIMD3<Double>(grid.shape &- 1))
    let low = pointwiseMin(SIMD3<Int>(inside), pointwiseMax(grid.shape &- 2, .zero))
    let high = SIMD3<Float>(inside - SIMD3<Double>(low))
    let step = pointwiseMin(grid.shape &- 1, .one)
    let (row, slab) = (grid.shape.x, grid.shape.x * grid.shape.y)
    result.update(repeating: 0, count: Self.count)
    for corner in 0..<8 {
      let (x, y, z) = (corner & 1, corner >> 1 & 1, corner >> 2)
      let weight =
        (x == 0 ? 1 - high.x : high.x) * (y == 0 ? 1 - high.y : high.y) * (z == 0 ? 1 - high.z : high.z)
      guard weight > 0 else { continue }
      let offset = low.x + x * step.x + row * (low.y + y * step.y) + slab * (low.z + z * step.z)
      let source = values + Self.count * offset
      for place in 0..<Self.count { result[place] += weight * source[place] }
    }
  }
}

/// The tissues of a segmentation while they are divided.
private struct StructureDivision {
  private struct Part {
    var tissue: Tissue
    /// The probabilities of the tissue; empty where there are none, so that labels count.
    var probabilities: [Float]
    /// The places of the tissue's structures among all.
    var places: [Int]
  }

  private let labels: LabelMap
  private let lattice: StructureLattice
  /// From voxels of the scan to voxels of the lattice.
  private let path: Affine
  private let parts: [Part]

  init(_ segmentation: Segmentation, _ lattice: StructureLattice) {
    labels = segmentation.labels
    self.lattice = lattice
    guard let inverse = lattice.grid.affine.inverse else { preconditionFailure("a grid has an inverse") }
    path = inverse.composed(after: labels.grid.affine)
    let all = BrainStructure.allCases
    parts = [Tissue.grayMatter, .whiteMatter, .csf].map { tissue in
      Part(
        tissue: tissue, probabilities: segmentation.probabilities[tissue]?.voxels ?? [],
        places: all.indices.filter { all[$0].tissue == tissue })
    }
  }

  /// Writes the labels of an axial plane of voxels.
  /// - Returns: the sum of the probabilities of each structure over the plane.
  func divide(plane: Int, into target: UnsafeMutableBufferPointer<UInt16>) -> [Float] {
    let (width, height) = (labels.grid.shape.x, labels.grid.shape.y)
    let codes = BrainStructure.allCases.map(\.rawValue)
    var sums = [Float](repeating: 0, count: StructureLattice.count)
    var found = [Float](repeating: 0, count: StructureLattice.count)
    found.withUnsafeMutableBufferPointer { found in
      lattice.values.withUnsafeBufferPointer { values in
        guard let all = values.baseAddress, let own = found.baseAddress else { return }
        for j in 0..<height {
          for i in 0..<width {
            let index = i + width * (j + height * plane)
            let label = labels.labels[index]
            var isKnown = false
            for part in parts {
              let isLabel = label == part.tissue.rawValue
              let share = part.probabilities.isEmpty ? (isLabel ? 1 : 0) : part.probabilities[index]
              guard isLabel || share > 0 else { continue }
              if !isKnown {
                lattice.interpolate(all, at: path(SIMD3(Double(i), Double(j), Double(plane))), into: own)
                isKnown = true
              }
              // The smallest normal number decides where the network excludes all structures of the tissue.
              var total: Float = 0
              var best = part.places[0]
              for place in part.places {
                total += own[place] + .leastNormalMagnitude
                if own[place] > own[best] { best = place }
              }
              for place in part.places {
                sums[place] += share * ((own[place] + .leastNormalMagnitude) / total)
              }
              if isLabel { target[index] = codes[best] }
            }
          }
        }
      }
    }
    return sums
  }
}
