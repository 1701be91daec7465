import Foundation
import Numerics

/// The bias field of a scan: the smooth factor by which intensities are multiplied, on the grid of the scan.
public struct BiasField: Sendable {
  /// The grid of the scan.
  public let grid: Grid
  let sampling: GridSampling
  let lattice: SplineLattice

  /// Returns the natural logarithm of the factor at each voxel.
  ///
  /// Beyond the outermost voxels that were used for the estimate, the value at the edge of the lattice is repeated,
  /// because an extrapolated cubic would diverge.
  public func logarithm() -> Volume {
    Volume(grid: grid, voxels: lattice.values(at: sampling.everyVoxel))
  }

  /// Returns the volume divided by the factor.
  /// - Precondition: The volume lies on the field's grid.
  public func removed(from volume: Volume) -> Volume { multiplied(volume, sign: -1) }

  /// Returns the volume multiplied by the factor. This is the inverse of `removed(from:)`.
  public func applied(to volume: Volume) -> Volume { multiplied(volume, sign: 1) }

  private func multiplied(_ volume: Volume, sign: Float) -> Volume {
    precondition(volume.grid.shape == grid.shape, "the volume must lie on the grid of the field")
    var result = logarithm()
    volume.voxels.withUnsafeBufferPointer { source in
      result.voxels.withUnsafeMutableBufferPointer { values in
        // Each range writes only its own elements.
        nonisolated(unsafe) let values = values
        ParallelLoop.forEach(over: values.count) { range in
          for index in range { values[index] = source[index] * exp(sign * values[index]) }
        }
      }
    }
    return Volume(grid: volume.grid, voxels: result.voxels)
  }
}

extension Double {
  /// The exponential function of the number.
  var exponential: Double { exp(self) }
}
