import Imaging

/// Gray and white matter of one head, or of a template: probabilities from 0 to 1 on one grid.
public struct TissueMaps: Sendable, Equatable {
  public var gray, white: Volume

  public var grid: Grid { gray.grid }

  public init(gray: Volume, white: Volume) {
    precondition(gray.grid == white.grid, "gray and white matter of one head have one grid")
    self.gray = gray
    self.white = white
  }

  /// The maps where they stand when world positions of `target` are taken to this head's by `transform`, smoothed
  /// first where the target's voxels are larger.
  package func resampled(onto target: Grid, by transform: Affine) -> TissueMaps? {
    guard let inverse = transform.inverse else { return nil }
    let affine = inverse.composed(after: grid.affine)
    guard affine.inverse != nil else { return nil }
    func moved(_ volume: Volume) -> Volume {
      var moved = volume
      moved.grid.affine = affine
      return moved.smoothed(for: target).resampled(onto: target)
    }
    return TissueMaps(gray: moved(gray), white: moved(white))
  }

  /// One image with the order of a T1-weighted scan, gray matter 1 and white matter 2, for the affine registration.
  package var contrast: Volume {
    var result = gray
    for index in result.voxels.indices {
      result.voxels[index] = max(0, gray.voxels[index]) + 2 * max(0, white.voxels[index])
    }
    return result
  }
}
