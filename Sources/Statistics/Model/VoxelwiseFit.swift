/// Maps of a fitted model, one value for each voxel of the mask.
public struct VoxelwiseFit: Hashable, Sendable {
  /// t, or F for several tested regressors; 0 where the model leaves no residuals.
  public private(set) var statistic: [Float]
  /// The contrast of coefficients, in units of the map for each unit of the regressor; 0 for F.
  public private(set) var effect: [Float]
  /// Partial correlation with the tested regressor; for F the partial multiple correlation.
  public private(set) var partialR: [Float]
  /// Cohen's f²: partial R² / (1 − partial R²).
  public private(set) var cohenF2: [Float]
  /// Mean over scans.
  public private(set) var mean: [Float]

  package init(voxels: Int) {
    let zeros = [Float](repeating: 0, count: voxels)
    (statistic, effect, partialR, cohenF2, mean) = (zeros, zeros, zeros, zeros, zeros)
  }

  package struct Targets {
    let statistic, effect, partialR, cohenF2, mean: UnsafeMutablePointer<Float>
  }

  /// Memory to which threads write, each its own voxels.
  package mutating func withTargets(_ body: (Targets) -> Void) {
    func call(
      _ statistic: UnsafeMutablePointer<Float>, _ effect: UnsafeMutablePointer<Float>,
      _ partialR: UnsafeMutablePointer<Float>, _ cohenF2: UnsafeMutablePointer<Float>,
      _ mean: UnsafeMutablePointer<Float>
    ) {
      body(Targets(statistic: statistic, effect: effect, partialR: partialR, cohenF2: cohenF2, mean: mean))
    }
    call(&statistic, &effect, &partialR, &cohenF2, &mean)
  }

  package func prefix(_ count: Int) -> VoxelwiseFit {
    var result = self
    result.statistic.removeLast(statistic.count - count)
    result.effect.removeLast(effect.count - count)
    result.partialR.removeLast(partialR.count - count)
    result.cohenF2.removeLast(cohenF2.count - count)
    result.mean.removeLast(mean.count - count)
    return result
  }
}
