import Imaging
import Numerics

/// Distances in mm between the surfaces of one label in a prediction and in a reference.
///
/// The surface of a mask consists of the centers of those of its voxels that have a neighbor across a face outside the
/// mask. The outside of the grid counts as background, so a mask that touches the border has a surface there. These are
/// the voxels that SciPy's `binary_erosion` removes, and MONAI's edges. DeepMind's `surface-distance` uses
/// area-weighted surface elements of marching cubes instead, so its numbers differ by fractions of a voxel.
public struct SurfaceDistances: Sendable {
  /// Distance from each surface voxel of the prediction to the nearest surface voxel of the reference in mm; infinite
  /// if the reference is empty, no elements if the prediction is empty.
  public let toReference: [Float]
  /// Distance from each surface voxel of the reference to the nearest surface voxel of the prediction in mm.
  public let toPrediction: [Float]

  /// Computes exact Euclidean distances (`SquaredDistances`) with the affine's spacing, inside the bounding box of both
  /// masks.
  ///
  /// Memory: at most about 7 bytes per voxel of the box and 4 bytes per surface voxel.
  /// - Throws: `EvaluationError.shapesDiffer` or `.affinesDiffer` unless `Grid.matches`.
  public init(of label: UInt16, prediction: LabelMap, reference: LabelMap) throws(EvaluationError) {
    try EvaluationError.checkGrids(prediction.grid, reference.grid)
    self.init(
      LabelBox(of: label, prediction: prediction, reference: reference),
      spacing: reference.grid.affine.spacing)
  }

  /// Computes the distances in a box.
  /// - Parameters:
  ///   - box: `nil` if neither map has the label.
  ///   - spacing: voxel size in mm.
  init(_ box: LabelBox?, spacing: SIMD3<Double>) {
    guard let box else {
      (toReference, toPrediction) = ([], [])
      return
    }
    let predicted = Self.surface(of: box.prediction, box.shape)
    let referenced = Self.surface(of: box.reference, box.shape)
    toReference = Self.distances(from: predicted, to: referenced, box.shape, spacing)
    toPrediction = Self.distances(from: referenced, to: predicted, box.shape, spacing)
  }

  /// Whether both masks are empty.
  var isEmpty: Bool { toReference.isEmpty && toPrediction.isEmpty }
  /// Whether exactly one of the masks is empty.
  var isOneEmpty: Bool { toReference.isEmpty != toPrediction.isEmpty }

  /// Returns the Hausdorff distance in mm: the greater of the two directed distances (Hausdorff 1914; Huttenlocher,
  /// Klanderman and Rucklidge 1993).
  ///
  /// Quantiles are linearly interpolated between ranks. `nil` if either mask is empty.
  /// - Parameter share: the quantile of the distances of each side, of which the greater is returned; 0.95 gives HD95
  ///   as defined by MONAI.
  public func hausdorff(share: Double = 1) -> Double? {
    guard !isEmpty && !isOneEmpty else { return nil }
    return [toReference, toPrediction].compactMap { OrderStatistics(of: $0).percentile(100 * share) }.max()
  }

  /// Average symmetric surface distance in mm: the mean over the surface voxels of both sides together (Heimann et al.
  /// 2009, IEEE TMI 28:1251). `nil` if either mask is empty.
  public var average: Double? {
    guard !isEmpty && !isOneEmpty else { return nil }
    let sum = [toReference, toPrediction].joined().reduce(0) { $0 + Double($1) }
    return sum / Double(toReference.count + toPrediction.count)
  }

  /// Returns the normalized surface Dice: the share of the surface voxels of both sides that are within a tolerance of
  /// the other surface (Nikolov et al. 2018, arXiv 1809.04430). Voxels are counted and not weighted by area, as MONAI
  /// does by default. `nil` if both masks are empty; 0 if one of them is.
  ///
  /// A distance that equals the tolerance except for rounding (a millionth of it) is within it: steps of 0.6 and 0.8 mm
  /// make 1 mm.
  /// - Parameter tolerance: in mm.
  public func surfaceDice(tolerance: Double) -> Double? {
    guard !isEmpty else { return nil }
    let limit = Float(tolerance * (1 + 1e-6))
    let within = [toReference, toPrediction].reduce(0) { $0 + $1.count { $0 <= limit } }
    return Double(within) / Double(toReference.count + toPrediction.count)
  }

  /// Returns 1 at the voxels of the mask that have a neighbor across a face outside the mask. The border of the box is
  /// empty, so the array can be processed as one line.
  private static func surface(of mask: [UInt8], _ shape: SIMD3<Int>) -> [UInt8] {
    let (row, slice) = (shape.x, shape.x * shape.y)
    return mask.withUnsafeBufferPointer { mask in
      [UInt8](unsafeUninitializedCapacity: mask.count) { output, filled in
        output.initialize(repeating: 0)
        ParallelLoop.forEach(over: shape.z - 2, size: 8) { slices in
          for n in (slices.lowerBound + 1) * slice..<(slices.upperBound + 1) * slice {
            guard mask[n] != 0 else { continue }
            let across = mask[n &- 1] & mask[n &+ 1] & mask[n &- row] & mask[n &+ row]
            output[n] = 1 &- (across & mask[n &- slice] & mask[n &+ slice])
          }
        }
        filled = mask.count
      }
    }
  }

  /// Returns the distance in mm from each voxel of `from` to the nearest voxel of `to`.
  private static func distances(
    from: [UInt8], to: [UInt8], _ shape: SIMD3<Int>, _ spacing: SIMD3<Double>
  ) -> [Float] {
    let squares = SquaredDistances(to: to, shape: shape, spacing: spacing, at: from)
    return ParallelLoop.map(over: from.count) { range in
      from.withUnsafeBufferPointer { from in
        squares.values.withUnsafeBufferPointer { squares in
          range.compactMap { from[$0] != 0 ? squares[$0].squareRoot() : nil }
        }
      }
    }
    .flatMap { $0 }
  }
}

/// Scores of the distances between two surfaces, in mm or as a share from 0 to 1. `EmptyMasks` defines the scores of
/// empty masks.
public struct SurfaceScores: Hashable, Codable, Sendable {
  /// Hausdorff distance in mm (`SurfaceDistances.hausdorff`). It depends on the single most distant voxel.
  public var hausdorff: Double?
  /// 95th percentile of the Hausdorff distance (HD95) in mm.
  public var hausdorff95: Double?
  /// Average symmetric surface distance in mm (`SurfaceDistances.average`).
  public var averageDistance: Double?
  /// Surface Dice at `tolerance` (`SurfaceDistances.surfaceDice`).
  public var surfaceDice: Double?
  /// Tolerance of the surface Dice in mm.
  public var tolerance: Double

  /// Computes the scores.
  /// - Parameters:
  ///   - distances: the distances between both surfaces.
  ///   - tolerance: tolerance of the surface Dice in mm.
  ///   - empty: the scores of empty masks.
  ///   - diagonal: diagonal of the grid in mm, the distance that `EmptyMasks.penalize` gives if one mask is empty.
  public init(
    _ distances: SurfaceDistances, tolerance: Double, empty: EmptyMasks = .perfect, diagonal: Double
  ) {
    self.tolerance = tolerance
    surfaceDice = distances.isEmpty ? empty.overlap : distances.surfaceDice(tolerance: tolerance)
    if distances.isEmpty || distances.isOneEmpty {
      hausdorff = distances.isEmpty ? empty.distance : empty.missing(diagonal: diagonal)
      hausdorff95 = hausdorff
      averageDistance = hausdorff
    } else {
      hausdorff = distances.hausdorff()
      hausdorff95 = distances.hausdorff(share: 0.95)
      averageDistance = distances.average
    }
  }
}
