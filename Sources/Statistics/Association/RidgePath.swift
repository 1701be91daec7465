import Numerics

/// Ridge regression at several penalties α: the w that makes ‖y - X w‖² + α ‖w‖² least, for centred y and X.
///
/// The columns t_j of a basis are orthogonal, so that w_j = t_jᵀ y / (‖t_j‖² + α), all penalties for one product.
struct RidgePath {
  /// Of the basis' columns, for each penalty.
  let weights: [[Double]]

  init(_ basis: FoldBasis, target: [Double], penalties: [Double]) {
    let products = basis.trainingScores.times(target, transposed: true)
    weights = penalties.map { penalty in
      zip(products, basis.lengths).map { $0 / ($1 * $1 + penalty) }
    }
  }

  func predictions(of scores: Matrix) -> [[Double]] { weights.map { scores.times($0) } }
}
