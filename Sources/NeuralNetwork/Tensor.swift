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
