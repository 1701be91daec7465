import NeuralNetwork
import Testing

@Suite("Blocks of voxels as channels")
struct VoxelBlockTests {
  /// Few channels, enough to fill a register, and more; whole blocks of sixteen; a single voxel of blocks, and rows of
  /// odd length.
  private static let shapes = [
    [1, 1, 2, 2, 2], [2, 1, 4, 6, 10], [1, 2, 6, 2, 14], [2, 3, 4, 4, 4], [1, 4, 2, 6, 6],
    [2, 16, 4, 6, 10], [2, 48, 2, 4, 6],
  ]

  @Test("every voxel comes to the channel of its place in the block", arguments: shapes)
  func order(shape: [Int]) throws {
    var graph = Graph()
    _ = graph.spaceToDepth(graph.input(channels: shape[1]))
    let numbers = (0..<shape.reduce(1, *)).map(Float.init)
    let result = try Self.run(graph, Tensor(shape: shape, values: numbers))
    #expect(result.shape == [shape[0], 8 * shape[1], shape[2] / 2, shape[3] / 2, shape[4] / 2])
    var expected: [Float] = []
    for n in 0..<shape[0] {
      for channel in 0..<8 * shape[1] {
        let (place, c) = (channel / shape[1], channel % shape[1])
        for z in 0..<shape[2] / 2 {
          for y in 0..<shape[3] / 2 {
            for x in 0..<shape[4] / 2 {
              let (fineZ, fineY, fineX) = (2 * z + place / 4, 2 * y + place / 2 % 2, 2 * x + place % 2)
              let index = (((n * shape[1] + c) * shape[2] + fineZ) * shape[3] + fineY) * shape[4] + fineX
              expected.append(Float(index))
            }
          }
        }
      }
    }
    #expect(result.values == expected)
  }

  @Test("depth to space brings every voxel back", arguments: shapes)
  func inverse(shape: [Int]) throws {
    var graph = Graph()
    _ = graph.depthToSpace(graph.spaceToDepth(graph.input(channels: shape[1])))
    let input = Tensor(shape: shape, values: (0..<shape.reduce(1, *)).map(Float.init))
    #expect(try Self.run(graph, input) == input)
  }

  @Test("odd sizes and channels that are no blocks are refused")
  func refusals() throws {
    var graph = Graph()
    _ = graph.spaceToDepth(graph.input(channels: 1))
    #expect(throws: GraphError.oddSize(operation: "spaceToDepth", size: [4, 5, 4])) {
      try graph.shapes(forSize: [4, 5, 4])
    }
    var other = Graph()
    let input = other.input(channels: 12)
    #expect(throws: GraphError.channelsNotInBlocks(operation: "depthToSpace", channels: 12)) {
      try other.append(.depthToSpace, inputs: [input])
    }
  }

  private static func run(_ graph: Graph, _ input: Tensor) throws -> Tensor {
    let size = SIMD3(input.shape[2], input.shape[3], input.shape[4])
    let executable = try Executable(graph, batch: input.shape[0], size: size)
    try executable.setParameters(Parameters(zerosFor: graph))
    return try executable.predict([input])
  }
}
