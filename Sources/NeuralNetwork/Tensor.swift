/// A multidimensional array. The last axis is the fastest.
public struct Tensor: Hashable, Sendable {
  /// The sizes of the axes, for example [N, C, D, H, W].
  public var shape: [Int]
  /// The elements in row-major order.
  public var values: [Float]

  /// Makes a tensor from its elements.
  public init(shape: [Int], values: [Float]) {
    precondition(values.count == shape.reduce(1, *), "a tensor needs one value for each element of its shape")
    self.shape = shape
    self.values = values
  }

  /// Makes a tensor with one value everywhere.
  public init(shape: [Int], repeating value: Float = 0) {
    self.init(shape: shape, values: Array(repeating: value, count: shape.reduce(1, *)))
  }
}

/// The shape of one sample of a tensor: the number of channels, and a spatial size if the graph fixes one.
///
/// Tensors have the axes [N, C, D, H, W] with W fastest. A fully convolutional graph leaves the size open until it is
/// compiled. A graph with dense layers fixes the size.
public struct TensorShape: Hashable, Codable, Sendable {
  /// The number of channels.
  public var channels: Int
  /// The size (D, H, W), or `nil` if the graph works on any size.
  public var size: SIMD3<Int>?

  /// Makes a shape from its parts.
  public init(channels: Int, size: SIMD3<Int>? = nil) {
    self.channels = channels
    self.size = size
  }

  /// The number of elements C·D·H·W, or `nil` if the size is open.
  public var elementCount: Int? { size.map { channels * $0.x * $0.y * $0.z } }

  /// The largest number of elements: a thousand times the memory of machines, and far below the range of integers.
  static let mostElements = 1 << 48

  /// Whether channels and sizes are above 0, and the number of elements is possible.
  var isPossible: Bool { Self.isPossible([channels] + (size.map { [$0.x, $0.y, $0.z] } ?? [])) }

  /// Returns whether factors are above 0, and their product is a possible number of elements.
  static func isPossible(_ factors: [Int]) -> Bool {
    var product = 1
    for factor in factors {
      guard factor > 0, factor <= mostElements / product else { return false }
      product *= factor
    }
    return true
  }
}
