import Imaging
import NeuralNetwork

/// Applies a model to scans: preprocessing, overlapping tiles, blending, and the way back to the scan's grid.
///
/// One segmenter serves many scans, one after the other; its network is compiled once.
public final class Segmenter {
  public let model: SegmentationModel
  /// The least share of a tile that its neighbour covers too.
  public let overlap: Double
  private let executable: Executable

  /// - Throws: `EngineError` where the model's graph cannot be compiled for its patch size.
  public init(_ model: SegmentationModel, overlap: Double = 0.5, threads: Int? = nil) throws(EngineError) {
    self.model = model
    self.overlap = overlap
    executable = try Executable(
      model.graph, batch: 1, size: model.patchSize.reversedAxes, threads: threads)
    try executable.setParameters(model.parameters)
  }

  /// Uses other weights from now on.
  func setParameters(_ parameters: Parameters) throws(EngineError) {
    try executable.setParameters(parameters)
  }

  /// Segments a scan. Probabilities are interpolated from the network's grid to the scan's, and labels decided
  /// there; labels are never interpolated.
  /// - Throws: `IntensityScalingError` where the image has no contrast, `EngineError`.
  public func segment(_ image: Volume) throws -> Segmentation {
    let prepared = try model.preprocessing(image)
    let channels = try probabilities(of: prepared).map { $0.restored(onto: image.grid) }
    return decided(channels)
  }

  /// The network's output for an image that is prepared already.
  /// - Returns: one volume for each channel, on the image's grid.
  public func probabilities(of image: Volume) throws(EngineError) -> [Volume] {
    let tiling = Tiling(shape: image.grid.shape, tileSize: model.patchSize, overlap: overlap)
    var blend = TileBlend(grid: image.grid, channels: model.labels.count, tileSize: model.patchSize)
    for origin in tiling.origins {
      guard let tile = Self.tile(image, at: origin, size: model.patchSize) else {
        blend.addBackground(at: origin)
        continue
      }
      let shape = [1, 1, model.patchSize.z, model.patchSize.y, model.patchSize.x]
      blend.add(try executable.predict([Tensor(shape: shape, values: tile)]), at: origin)
    }
    return blend.finish()
  }

  /// The voxels of a tile, 0 past the image's end; `nil` where they are all alike and there is nothing to see.
  private static func tile(_ image: Volume, at origin: SIMD3<Int>, size: SIMD3<Int>) -> [Float]? {
    let shape = image.grid.shape
    let (width, height, depth) = (
      min(size.x, shape.x - origin.x), min(size.y, shape.y - origin.y), min(size.z, shape.z - origin.z)
    )
    var tile = [Float](repeating: 0, count: size.x * size.y * size.z)
    for z in 0..<depth {
      for y in 0..<height {
        let source = image.grid.offset(origin.x, origin.y + y, origin.z + z)
        let target = size.x * (y + size.y * z)
        tile.replaceSubrange(target..<target + width, with: image.voxels[source..<source + width])
      }
    }
    return tile.allSatisfy { $0 == tile[0] } ? nil : tile
  }

  private func decided(_ channels: [Volume]) -> Segmentation {
    var labels = LabelMap(mostProbable: channels)
    let values = model.labels.map(\.tissue.rawValue)
    for index in labels.labels.indices { labels.labels[index] = values[Int(labels.labels[index])] }
    var probabilities: [Tissue: Volume] = [:]
    for (channel, label) in zip(channels, model.labels) where label.tissue != .background {
      probabilities[label.tissue] = channel
    }
    return Segmentation(labels: labels, probabilities: probabilities)
  }
}

extension SIMD3<Int> {
  /// (i, j, k) of an image as (D, H, W) of a tensor, whose last axis is the image's first.
  var reversedAxes: SIMD3<Int> { [z, y, x] }
}
