import Imaging
import Numerics

/// Distances in mm between the surfaces of one label in a prediction and in a reference.
///
/// The surface of a mask are its voxels of which a neighbour across a face is not in it, at their centres; outside of
/// the grid there is nothing, so that a mask that touches the border has a surface there. These are the voxels that
/// SciPy's `binary_erosion` removes, and MONAI's edges.
/// DeepMind's `surface-distance` takes surface elements of marching cubes between voxels instead, weighted by area:
/// its numbers differ by fractions of a voxel.
public struct SurfaceDistances: Sendable {
  /// From each surface voxel of the prediction to the nearest one of the reference; infinite where the reference
  /// is empty, and without elements where the prediction is.
  public let toReference: [Float]
  /// From each surface voxel of the reference to the nearest one of the prediction.
  public let toPrediction: [Float]

  /// Distances by the affine's spacing, exact (`SquaredDistances`): within the box that holds both masks.
  ///
  /// Memory: at most about 7 bytes per voxel of the box, and 4 per surface voxel.
  /// - Throws: `EvaluationError.shapesDiffer` or `.affinesDiffer` unless `Grid.matches`.
  public init(of label: UInt16, prediction: LabelMap, reference: LabelMap) throws(EvaluationError) {
    try EvaluationError.checkGrids(prediction.grid, reference.grid)
    self.init(
      LabelBox(of: label, prediction: prediction, reference: reference),
      spacing: reference.grid.affine.spacing)
  }

  /// - Parameter box: `nil` where neither map has the label.
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

  /// Whether neither, or just one, of the masks has a voxel.
  var isEmpty: Bool { toReference.isEmpty && toPrediction.isEmpty }
  var isOneEmpty: Bool { toReference.isEmpty != toPrediction.isEmpty }

  /// The greatest of both directed distances (Hausdorff 1914; Huttenlocher, Klanderman and Rucklidge 1993); with a
  /// share below 1, that quantile of each of both sides, and the greater of the two: 0.95 is HD95 as MONAI has it.
  ///
  /// Quantiles are linear between neighbouring ranks. `nil` where either mask is empty.
  public func hausdorff(share: Double = 1) -> Double? {
    guard !isEmpty && !isOneEmpty else { return nil }
    return [toReference, toPrediction].compactMap { OrderStatistics(of: $0).percentile(100 * share) }.max()
  }

  /// Average symmetric surface distance: the mean over the surface voxels of both sides together (Heimann et al.
  /// 2009, IEEE TMI 28:1251). `nil` where either mask is empty.
  public var average: Double? {
    guard !isEmpty && !isOneEmpty else { return nil }
    let sum = [toReference, toPrediction].joined().reduce(0) { $0 + Double($1) }
    return sum / Double(toReference.count + toPrediction.count)
  }

  /// Normalised surface Dice: the share of the surface voxels of both sides that are within a tolerance in mm of the
  /// other side (Nikolov et al. 2018, arXiv 1809.04430), counted and not weighted by area, as MONAI does by default.
  /// `nil` where both masks are empty; 0 where one of them is.
  ///
  /// A distance that is the tolerance but for rounding (a millionth of it) is within: 0.6 and 0.8 mm make 1 mm.
  public func surfaceDice(tolerance: Double) -> Double? {
    guard !isEmpty else { return nil }
    let limit = Float(tolerance * (1 + 1e-6))
    let within = [toReference, toPrediction].reduce(0) { $0 + $1.count { $0 <= limit } }
    return Double(within) / Double(toReference.count + toPrediction.count)
  }

  /// 1 at the voxels of the mask that have a neighbour across a face outside of it. The rim is empty, so that the
  /// array can be walked as one line.
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
