/// What one sample of a tensor looks like: channels, and a spatial size where the graph fixes one.
///
/// Whole tensors have the axes [N, C, D, H, W], W fastest. A fully convolutional graph leaves the size open
/// until it is compiled; a graph with dense layers fixes it.
public struct TensorShape: Hashable, Codable, Sendable {
  public var channels: Int
  /// (D, H, W), or `nil` where the graph works on any size.
  public var size: SIMD3<Int>?

  public init(channels: Int, size: SIMD3<Int>? = nil) {
    self.channels = channels
    self.size = size
  }

  /// C·D·H·W, or `nil` where the size is open.
  public var elementCount: Int? { size.map { channels * $0.x * $0.y * $0.z } }

  /// Elements of the largest tensor: a thousand times what machines hold, and far from where arithmetic ends.
  static let mostElements = 1 << 48

  /// Whether channels and sizes are above 0, and no more elements than a tensor can have.
  var isPossible: Bool { Self.isPossible([channels] + (size.map { [$0.x, $0.y, $0.z] } ?? [])) }

  /// Whether factors are above 0 and their product is no more than the elements of the largest tensor.
  static func isPossible(_ factors: [Int]) -> Bool {
    var product = 1
    for factor in factors {
      guard factor > 0, factor <= mostElements / product else { return false }
      product *= factor
    }
    return true
  }
}
