import Files

/// Why a model cannot be calibrated.
public enum CalibrationError: Error, Hashable, Sendable {
  /// No voxel of the images is tissue.
  case noTissue
  /// The best temperature lies at the end of those that were tried: all voxels are right, or none is better than
  /// chance.
  case noMinimum(temperature: Double)
  /// The graph ends in these nodes, from the last one back.
  case noConvolutionBeforeSoftmax(path: String, found: [String])
}

extension CalibrationError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .noTissue:
      "no voxel of the images is tissue, by their labels or by the network; needed labelled heads"
    case .noMinimum(let temperature):
      "no temperature fits best: the likelihood still rises at \(temperature); needed images on which the network "
        + "is neither always right nor as good as chance"
    case .noConvolutionBeforeSoftmax(let path, let found):
      "\(path): the network ends in \(found.reversed().joined(separator: ", ")); needed a convolution and a softmax, "
        + "with nothing but a change of order between"
    }
  }
}
