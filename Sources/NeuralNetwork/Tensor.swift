/// Numbers with axes; the last axis runs fastest.
public struct Tensor: Hashable, Sendable {
  /// For instance [N, C, D, H, W].
  public var shape: [Int]
  public var values: [Float]

  public init(shape: [Int], values: [Float]) {
    precondition(values.count == shape.reduce(1, *), "a tensor has one value for each place of its shape")
    self.shape = shape
    self.values = values
  }

  public init(shape: [Int], repeating value: Float = 0) {
    self.init(shape: shape, values: Array(repeating: value, count: shape.reduce(1, *)))
  }
}
