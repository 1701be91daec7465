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
    try divide(&segmentation, of: segmenter.prepare(image))
  }

  /// Finds the structures of the segmentation of a preprocessed scan.
  /// - Throws: the errors of `Segmenter.segment`.
  public func divide(_ segmentation: inout Segmentation, of scan: PreparedScan) throws {
    let lattice = StructureLattice(try segmenter.windowProbabilities(of: scan))
    let division = StructureDivision(segmentation, lattice)
    var structures = [UInt16](repeating: 0, count: segmentation.labels.labels.count)
    let sums = structures.withUnsafeMutableBufferPointer { target in
      ParallelLoop.map(over: segmentation.labels.grid.shape.z, size: 1) { planes in
        division.divide(plane: planes.lowerBound, into: target)
      }
    }
    segmentation.structures = LabelMap(grid: segmentation.labels.grid, labels: structures)
    segmentation.structureSums = division.complete(sums)
  }
}

/// The probabilities of all structures on the network's grid, all numbers of a voxel side by side.
private struct StructureLattice {
  /// Four structures. Longer vectors are slow: the program is compiled for processors that have none.
  typealias Vector = SIMD4<Float>
  /// The number of vectors of a voxel, which has one number for each structure in the order of `BrainStructure.allCases`.
  static let count = BrainStructure.allCases.count / Vector.scalarCount

  let grid: Grid
  let values: [Vector]

  /// - Parameter channels: background and all structures.
  init(_ channels: [Volume]) {
    let grid = channels[0].grid
    let structures = channels.dropFirst().map(\.voxels)
    let numbers = Self.count * Vector.scalarCount
    precondition(structures.count == numbers, "structures must fill the vectors")
    self.grid = grid
    values = [Vector](unsafeUninitializedCapacity: Self.count * grid.count) { target, filled in
      target.initialize(repeating: .zero)
      let target = UnsafeMutableRawBufferPointer(target).bindMemory(to: Float.self)
      ParallelLoop.forEach(over: grid.count, size: 1 << 14) { range in
        for (place, source) in structures.enumerated() {
          for index in range { target[place + numbers * index] = source[index] }
        }
      }
      filled = Self.count * grid.count
    }
  }

  /// Writes the trilinear interpolation at a position in voxels. Outside, the nearest position inside is taken.
  @inline(__always)
  func interpolate(
    _ values: UnsafePointer<Vector>, at position: SIMD3<Double>, into result: UnsafeMutablePointer<Vector>
  ) {
    let inside = pointwiseMin(pointwiseMax(position, .zero), SIMD3<Double>(grid.shape &- 1))
    // Each coordinate by itself: the conversion of vectors is generic, and slow.
    let floor = SIMD3(Int(inside.x), Int(inside.y), Int(inside.z))
    let low = pointwiseMin(floor, pointwiseMax(grid.shape &- 2, .zero))
    let step = pointwiseMin(grid.shape &- 1, .one)
    let (x, y, z) = (
      Float(inside.x - Double(low.x)), Float(inside.y - Double(low.y)), Float(inside.z - Double(low.z))
    )
    let corner = values + Self.count * grid.offset(low.x, low.y, low.z)
    let next = Self.count * step.x
    let (row, slab) = (Self.count * grid.shape.x * step.y, Self.count * grid.shape.x * grid.shape.y * step.z)
    for number in 0..<Self.count {
      @inline(__always)
      func along(_ start: Int) -> Vector {
        corner[start + number] * (1 - x) + corner[start + next + number] * x
      }
      result[number] =
        (along(0) * (1 - y) + along(row) * y) * (1 - z) + (along(slab) * (1 - y) + along(slab + row) * y) * z
    }
  }
}

/// The tissues of a segmentation while they are divided.
private struct StructureDivision {
  private typealias Vector = StructureLattice.Vector

  private struct Part {
    var tissue: Tissue
    /// The probabilities of the tissue; empty where there are none, so that labels count.
    var probabilities: [Float]
    /// The sum of the probabilities; `nil` without any.
    var whole: Double?
    /// The places of the tissue's structures among all.
    var places: [Int]
    /// 1 at these places, 0 elsewhere.
    var mask: [Vector]
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
      let places = all.indices.filter { all[$0].tissue == tissue }
      var mask = [Vector](repeating: .zero, count: StructureLattice.count)
      for place in places { mask[place / Vector.scalarCount][place % Vector.scalarCount] = 1 }
      let probabilities = segmentation.probabilities[tissue]
      return Part(
        tissue: tissue, probabilities: probabilities?.voxels ?? [], whole: probabilities?.sum, places: places,
        mask: mask)
    }
  }

  /// Returns the sums over all planes. The voxels that were left out are divided as the others of their tissue, so that the
  /// structures of a tissue add up to it.
  func complete(_ planes: [[Float]]) -> [BrainStructure: Double] {
    let sums = BrainStructure.allCases.indices.map { place in planes.reduce(0) { $0 + Double($1[place]) } }
    return parts.reduce(into: [:]) { result, part in
      let found = part.places.reduce(0) { $0 + sums[$1] }
      let scale = found > 0 ? (part.whole ?? found) / found : 0
      for place in part.places { result[BrainStructure.allCases[place]] = sums[place] * scale }
    }
  }

  /// Writes the labels of a plane of voxels.
  /// - Returns: the sum of the probabilities of each structure over the plane.
  func divide(plane: Int, into target: UnsafeMutableBufferPointer<UInt16>) -> [Float] {
    var sums = [Vector](repeating: .zero, count: StructureLattice.count)
    for part in parts { divide(part, plane: plane, into: target, &sums) }
    return sums.flatMap { vector in vector.indices.map { vector[$0] } }
  }

  /// Voxels with a lower probability of a tissue are left out. They are most of the voxels, but have about a thousandth of
  /// the volume.
  private static let least: Float = 0.001

  private func divide(
    _ part: Part, plane: Int, into target: UnsafeMutableBufferPointer<UInt16>, _ sums: inout [Vector]
  ) {
    let (width, height, count) = (labels.grid.shape.x, labels.grid.shape.y, StructureLattice.count)
    let (labels, shares, places) = (labels.labels.span, part.probabilities.span, part.places.span)
    let codes = BrainStructure.allCases.map(\.rawValue)
    let own = UnsafeMutablePointer<Vector>.allocate(capacity: count)
    defer { own.deallocate() }
    let numbers = UnsafeRawPointer(own).assumingMemoryBound(to: Float.self)
    lattice.values.withUnsafeBufferPointer { values in
      guard let values = values.baseAddress else { return }
      var index = width * height * plane
      for j in 0..<height {
        for i in 0..<width {
          defer { index += 1 }
          let isLabel = labels[index] == part.tissue.rawValue
          let share = shares.isEmpty ? (isLabel ? 1 : 0) : shares[index]
          guard isLabel || share >= Self.least else { continue }
          lattice.interpolate(values, at: path(SIMD3(Double(i), Double(j), Double(plane))), into: own)
          var total = Vector.zero
          for number in 0..<count {
            // The smallest normal number decides where the network excludes all structures of the tissue.
            own[number] = (own[number] + .leastNormalMagnitude) * part.mask[number]
            total += own[number]
          }
          let scale = share / (total.x + total.y + total.z + total.w)
          for number in 0..<count { sums[number] += own[number] * scale }
          guard isLabel else { continue }
          var best = places[0]
          for n in places.indices where numbers[places[n]] > numbers[best] { best = places[n] }
          target[index] = codes[best]
        }
      }
    }
  }
}
