/// Why nodes do not fit together.
public enum GraphError: Error, Hashable, Sendable {
  case wrongInputCount(operation: String, needed: Int, found: Int)
  case unknownNode(Int)
  case nonPositive(operation: String, parameter: String)
  case openSize(operation: String)
  case shapesDiffer(operation: String, TensorShape, TensorShape)
  case elementCountsDiffer(found: Int, needed: Int)
  case oddSize(operation: String, size: SIMD3<Int>)
  case channelsNotInBlocks(operation: String, channels: Int)
  case tooSmall(operation: String, size: SIMD3<Int>)
  /// A tensor or a parameter of more elements than any machine could hold, or of sizes that are none.
  case impossibleShape(operation: String)
  /// Two nodes of one name, after which their parameters are named.
  case duplicateName(String)
  case inputSizeDiffers(found: SIMD3<Int>, needed: SIMD3<Int>)
  case parametersDiffer(name: String, found: [Int]?, needed: [Int]?)
  /// At this node a graph is something else than another with more channels.
  case notWider(node: String)
}
