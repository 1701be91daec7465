import Foundation
import Numerics

/// The smooth factor by which a scan is too bright at each place, on the grid of that scan.
public struct BiasField: Sendable {
  public let grid: Grid
  let sampling: GridSampling
  let lattice: SplineLattice

  /// The natural logarithm of the factor at each voxel.
  ///
  /// Beyond the outermost voxels that took part, the lattice's edge goes on: a cubic would run away.
  public func logarithm() -> Volume {
    Volume(grid: grid, voxels: lattice.values(at: sampling.everyVoxel))
  }

  /// The volume divided by the factor; it lies on the field's grid.
  public func removed(from volume: Volume) -> Volume { multiplied(volume, sign: -1) }

  /// The volume times the factor: what `removed(from:)` undoes.
  public func applied(to volume: Volume) -> Volume { multiplied(volume, sign: 1) }

  private func multiplied(_ volume: Volume, sign: Float) -> Volume {
    precondition(volume.grid.shape == grid.shape, "the volume lies on the grid of the field")
    var result = logarithm()
    volume.voxels.withUnsafeBufferPointer { source in
      result.voxels.withUnsafeMutableBufferPointer { values in
        // Each slab writes its own range alone.
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
  var exponential: Double { exp(self) }
}
