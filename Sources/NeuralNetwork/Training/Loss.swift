/// The loss that training minimizes: a weighted sum of terms. Each term is a mean, so that its scale does not depend on
/// patch and batch size.
///
/// In the formulas p is the network's output, t is the target, and S is the set of voxels of a sample.
public struct Loss: Hashable, Codable, Sendable {
  /// A term of the loss.
  public enum Term: Hashable, Codable, Sendable {
    /// The mean over all elements of −(t ln p + (1 − t) ln(1 − p)), for networks that end in a sigmoid.
    case binaryCrossEntropy
    /// The mean over voxels of −Σ_c t ln p, for networks that end in a softmax.
    case crossEntropy
    /// The mean over samples and channels of 1 − (2 Σ p t + ε) / (Σ p + Σ t + ε), with sums over a sample's voxels
    /// (Milletari, Navab and Ahmadi 2016, arXiv 1606.04797, but without squares in the denominator).
    ///
    /// Channel 0 is the background if the network ends in a softmax. The smoothing ε defines the term for structures
    /// that are absent from both. 1 is small beside the thousands of voxels of a patch.
    case softDice(includingBackground: Bool, smoothing: Float = 1)
    /// The mean over all elements of (p − t)².
    case meanSquaredError
  }

  /// A term with its weight.
  public struct WeightedTerm: Hashable, Codable, Sendable {
    /// The term.
    public var term: Term
    /// The factor of the term in the sum.
    public var weight: Float
  }

  /// The terms of the sum.
  public var terms: [WeightedTerm]

  /// Makes a loss from weighted terms.
  public init(_ terms: [WeightedTerm]) { self.terms = terms }

  /// Makes a loss of one term.
  public init(_ term: Term, weight: Float = 1) { terms = [WeightedTerm(term: term, weight: weight)] }

  /// Returns the sum of two losses.
  public static func + (first: Loss, second: Loss) -> Loss { Loss(first.terms + second.terms) }
}

/// The target with which an output is compared.
public enum Target: Sendable {
  /// One number for each element of the output [N, C, D, H, W].
  case values([Float])
  /// The correct channel of each voxel [N, D, H, W].
  case classes([UInt8])
}

/// The activation at the end of a network. Losses are differentiated together with it, because the joint gradients,
/// such as p − t for cross entropy, are exact even if p rounds to 0 or 1.
enum Head {
  case identity, sigmoid, softmax
}

extension Graph {
  /// The activation at the end of the network.
  var head: Head {
    switch nodes.last?.operation {
    case .sigmoid: .sigmoid
    case .softmax: .softmax
    default: .identity
    }
  }
}
