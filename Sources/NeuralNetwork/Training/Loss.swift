/// What training makes small: a weighted sum of terms, each a mean, so that patch and batch size do not change
/// its scale.
///
/// Below, p is the network's output, t the target, S the voxels of a sample.
public struct Loss: Hashable, Codable, Sendable {
  public enum Term: Hashable, Codable, Sendable {
    /// −(t ln p + (1 − t) ln(1 − p)), mean over all elements. For networks that end in a sigmoid.
    case binaryCrossEntropy
    /// −Σ_c t ln p, mean over voxels. For networks that end in a softmax.
    case crossEntropy
    /// 1 − (2 Σ p t + ε) / (Σ p + Σ t + ε) with sums over a sample's voxels, mean over samples and channels
    /// (Milletari, Navab and Ahmadi 2016, arXiv 1606.04797, with plain sums below the line).
    /// Channel 0 is the background where the network ends in a softmax.
    /// ε keeps it defined where a structure is absent from both; 1 is small beside a patch's thousands of voxels.
    case softDice(includingBackground: Bool, smoothing: Float = 1)
    /// (p − t)², mean over all elements.
    case meanSquaredError
  }

  public struct WeightedTerm: Hashable, Codable, Sendable {
    public var term: Term
    public var weight: Float
  }

  public var terms: [WeightedTerm]

  public init(_ terms: [WeightedTerm]) { self.terms = terms }

  public init(_ term: Term, weight: Float = 1) { terms = [WeightedTerm(term: term, weight: weight)] }

  public static func + (first: Loss, second: Loss) -> Loss { Loss(first.terms + second.terms) }
}

/// What an output is compared with.
public enum Target: Sendable {
  /// One number for each element of the output, [N, C, D, H, W].
  case values([Float])
  /// The right channel of each voxel, [N, D, H, W].
  case classes([UInt8])
}

/// The activation at the end of a network, with which losses are differentiated together: their joint
/// gradients, such as p − t for cross entropy, stay exact where p rounds to 0 or 1.
enum Head {
  case identity, sigmoid, softmax
}

extension Graph {
  var head: Head {
    switch nodes.last?.operation {
    case .sigmoid: .sigmoid
    case .softmax: .softmax
    default: .identity
    }
  }
}
