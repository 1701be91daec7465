/// An error for nodes that do not fit together.
public enum GraphError: Error, Hashable, Sendable {
  /// An operation has the wrong number of inputs.
  case wrongInputCount(operation: String, needed: Int, found: Int)
  /// A node reads a node that does not precede it.
  case unknownNode(Int)
  /// A number of an operation is not positive.
  case nonPositive(operation: String, parameter: String)
  /// An operation needs an input of fixed size.
  case openSize(operation: String)
  /// Two inputs of an operation have different shapes.
  case shapesDiffer(operation: String, TensorShape, TensorShape)
  /// A reshape would change the number of elements.
  case elementCountsDiffer(found: Int, needed: Int)
  /// An operation needs an even size.
  case oddSize(operation: String, size: SIMD3<Int>)
  /// An operation needs a multiple of eight channels.
  case channelsNotInBlocks(operation: String, channels: Int)
  /// The result of an operation would have no voxels.
  case tooSmall(operation: String, size: SIMD3<Int>)
  /// A tensor or parameter has impossible sizes, or more elements than any machine can hold.
  case impossibleShape(operation: String)
  /// Two nodes have the same name.
  case duplicateName(String)
  /// The graph is fixed to another input size.
  case inputSizeDiffers(found: SIMD3<Int>, needed: SIMD3<Int>)
  /// A parameter is missing, unknown or of another shape.
  case parametersDiffer(name: String, found: [Int]?, needed: [Int]?)
  /// At this node a graph is not a wider version of another graph.
  case notWider(node: String)
}
