import Imaging

/// Why a prediction cannot be scored or a result cannot be written. Paths are as the user typed them.
public enum EvaluationError: Error, Hashable, Sendable {
  case shapesDiffer(prediction: SIMD3<Int>, reference: SIMD3<Int>)
  /// `distance`: the greatest distance in mm between the places of one voxel, over the grid's corners.
  case affinesDiffer(distance: Double)
  /// A folder or pattern that holds no image.
  case nothingFound(word: String)
  case noReference(prediction: String, subject: String, references: String)
  case noPrediction(reference: String, subject: String, predictions: String)
  /// Two files of one side with the same subject.
  case sameSubject(first: String, second: String, subject: String)
  /// A probability map whose name does not say of which tissue it is.
  case noTissue(path: String)
  case noProbabilities(subject: String, word: String)
  case notAProbability(path: String, value: Float)
  case jsonOverTSV(String)
  case pictureNotEncoded(reason: String)
  case notEncoded(reason: String)

  /// - Throws: `.shapesDiffer`, `.affinesDiffer`.
  package static func checkGrids(_ prediction: Grid, _ reference: Grid) throws(EvaluationError) {
    guard !prediction.matches(reference) else { return }
    guard prediction.shape == reference.shape else {
      throw .shapesDiffer(prediction: prediction.shape, reference: reference.shape)
    }
    throw .affinesDiffer(distance: prediction.greatestDistance(to: reference))
  }
}

extension Grid {
  /// Positions in mm of the centres of the eight corner voxels.
  package var corners: [SIMD3<Double>] {
    let last = SIMD3<Double>(shape &- 1)
    return (0..<8).map { corner in
      let ends = SIMD3<Double>(Double(corner & 1), Double(corner >> 1 & 1), Double(corner >> 2))
      return affine(ends * last)
    }
  }

  /// Greatest distance in mm between the same corner of two grids of one shape. The distance of affine maps is
  /// convex over the grid, so no other voxel is further off.
  fileprivate func greatestDistance(to other: Grid) -> Double {
    zip(corners, other.corners).map { (($0 - $1) * ($0 - $1)).sum().squareRoot() }.max() ?? 0
  }
}
