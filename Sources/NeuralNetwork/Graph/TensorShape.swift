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
}
