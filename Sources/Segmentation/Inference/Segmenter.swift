import Imaging
import NeuralNetwork
import Numerics

/// Applies a model to scans: preprocessing, the network over what its field of view is, and the way back to the scan's
/// grid.
///
/// One segmenter serves many scans, one after the other; a network compiled for one size serves all scans of it.
public final class Segmenter {
  public private(set) var model: SegmentationModel
  public let configuration: Configuration
  private let threads: Int?
  private var compiled: (window: SIMD3<Int>, network: Executable, isLoaded: Bool)?
  /// Of models that see the window of the brain; made at the first scan.
  private var localizer: BrainLocalizer?

  /// How a model is applied; part of what decides a result's bytes.
  public struct Configuration: Hashable, Sendable {
    /// The least share of a tile that its neighbour covers too.
    public var overlap = 0.5
    public var precision = Precision.fastest
    /// What the process may hold, in bytes; by default there is no limit.
    public var memoryLimit = Int.max
    /// What it holds where there is a choice, in bytes, `nil` for the limit: where a model may see images whole, those that
    /// do not fit so are segmented in tiles.
    public var preferredMemory: Int?
    /// Views of a scan whose answers are averaged (test-time augmentation): 1, 2 or 4, each for the time of one.
    public var views = 1
    public init(overlap: Double = 0.5, precision: Precision = .fastest) {
      self.overlap = overlap
      self.precision = precision
    }
  }

  /// - Throws: `EngineError.graph` where the model's graph cannot work on its patch size.
  public init(
    _ model: SegmentationModel, _ configuration: Configuration = .init(), threads: Int? = nil
  ) throws(EngineError) {
    try model.checkGraph()
    self.model = model
    self.configuration = configuration
    self.threads = threads
  }

  /// Uses other weights from now on.
  func setParameters(_ parameters: Parameters) throws(EngineError) {
    model.parameters = parameters
    compiled?.isLoaded = false
  }

  /// Segments a scan. Probabilities are interpolated from the network's grid to the scan's, and labels decided
  /// there; labels are never interpolated.
  /// - Throws: `IntensityScalingError` where the image has no contrast, `SegmenterError` where it does not fit
  ///   into memory, `EngineError`.
  public func segment(_ image: Volume) throws -> Segmentation { try segment(prepare(image)) }

  /// Preprocesses a scan as the model needs it.
  /// - Throws: `IntensityScalingError` if the scan has no contrast.
  public func prepare(_ image: Volume) throws(IntensityScalingError) -> PreparedScan {
    try PreparedScan(image, model.preprocessing)
  }

  /// Segments a preprocessed scan.
  /// - Throws: as the function for scans.
  public func segment(_ scan: PreparedScan) throws -> Segmentation {
    decided(try windowProbabilities(of: scan).map { $0.restored(onto: scan.image.grid) })
  }

  /// The network's output for a scan, on the network's grid, which may be coarser than the prepared scan's.
  /// - Returns: one volume for each channel, of the window that the network looked at.
  /// - Throws: as `segment`.
  func windowProbabilities(of scan: PreparedScan) throws -> [Volume] {
    try seen(scan.volume(for: model.preprocessing), plan(for: scan.image.grid).window)
  }

  /// How a scan on this grid will be segmented.
  /// - Throws: `SegmenterError.memoryLimit`, `EngineError`.
  public func plan(for grid: Grid) throws -> InferencePlan {
    try plan(scan: grid, prepared: model.preprocessing.grid(for: grid))
  }

  private func plan(scan: Grid, prepared: Grid) throws -> InferencePlan {
    if model.fieldOfView == .whole {
      let whole = prepared.shape.roundedUp(toMultiplesOf: model.graph.deepestStride.reversedAxes)
      let plan = try plan(scan: scan, prepared: prepared, window: whole)
      if plan.peakByteCount <= min(configuration.preferredMemory ?? .max, configuration.memoryLimit) {
        return plan
      }
    }
    let plan = try plan(scan: scan, prepared: prepared, window: model.patchSize)
    guard plan.peakByteCount <= configuration.memoryLimit else {
      throw SegmenterError.memoryLimit(plan: plan, limit: configuration.memoryLimit)
    }
    return plan
  }

  private func plan(
    scan: Grid, prepared: Grid, window: SIMD3<Int>
  ) throws -> InferencePlan {
    let isBrain = model.fieldOfView == .brain
    let searching = isBrain ? try brainLocalizer().byteCount : 0
    return InferencePlan(
      scan: scan, prepared: prepared, window: window,
      windowCount: isBrain
        ? 1 : SlidingWindow.count(shape: prepared.shape, tileSize: window, overlap: configuration.overlap),
      channels: model.labels.count,
      networkByteCount: try network(for: window).plannedByteCount + searching)
  }

  private func brainLocalizer() throws -> BrainLocalizer {
    if let localizer { return localizer }
    let made = try BrainLocalizer(precision: configuration.precision, threads: threads)
    localizer = made
    return made
  }

  private func tiling(of grid: Grid, _ window: SIMD3<Int>) -> SlidingWindow {
    SlidingWindow(shape: grid.shape, tileSize: window, overlap: configuration.overlap)
  }

  /// The network for windows of this size, compiled if it is not the one at hand. Its memory it takes when it is
  /// given its weights.
  private func network(for window: SIMD3<Int>) throws(EngineError) -> Executable {
    if let compiled, compiled.window == window { return compiled.network }
    compiled = nil
    let network = try Executable(
      model.graph, batch: 1, size: window.reversedAxes, precision: configuration.precision, threads: threads)
    compiled = (window, network, false)
    return network
  }

  private func loadedNetwork(for window: SIMD3<Int>) throws(EngineError) -> Executable {
    let network = try network(for: window)
    if compiled?.isLoaded == false {
      try network.setParameters(model.parameters)
      compiled?.isLoaded = true
    }
    return network
  }

  /// The network's output for an image that is prepared already.
  /// - Returns: one volume for each channel, on the image's grid.
  public func probabilities(of image: Volume) throws -> [Volume] {
    let channels = try seen(image, plan(scan: image.grid, prepared: image.grid).window)
    guard let back = Window(from: channels[0].grid, to: image.grid) else {
      return channels.map { $0.resampled(onto: image.grid) }
    }
    return channels.enumerated().map { back($0.element, outside: $0.offset == 0 ? 1 : 0) }
  }

  /// The network's output on the part of an image that it looks at: the whole image, or the window of the brain.
  private func seen(_ image: Volume, _ window: SIMD3<Int>) throws -> [Volume] {
    if model.fieldOfView == .brain { return try brain(in: image, window) }
    let network = try loadedNetwork(for: window)
    let origins = tiling(of: image.grid, window).origins
    if origins.count == 1, let tile = Self.tile(image, at: .zero, size: window) {
      return Self.cropped(
        try answer(to: tile, network, window), of: window, to: image.grid, isMirrored: configuration.views > 1
      )
    }
    var blend = PatchAggregator(grid: image.grid, channels: model.labels.count, tileSize: window)
    for origin in origins {
      guard let tile = Self.tile(image, at: origin, size: window) else {
        blend.addBackground(at: origin)
        continue
      }
      blend.add(try answer(to: tile, network, window), at: origin)
    }
    return blend.finish()
  }

  private func brain(in image: Volume, _ size: SIMD3<Int>) throws -> [Volume] {
    let search = BrainSearch(windowSize: size, spacing: image.grid.affine.spacing)
    // Another scale than 0 to 1 has no brightness that a brain should have.
    let adjustsBrightness = if case .percentile = model.preprocessing.scaling { true } else { false }
    let found = try brainLocalizer().locate(in: image, adjustsBrightness: adjustsBrightness)
    let window = found.map { Window(start: $0.middle &- size / 2, shape: size) } ?? search.start(in: image)
    let network = try loadedNetwork(for: size)
    let pass = try search.run(
      in: image, from: window, gain: found?.gain ?? 1, adjustsBrightness: adjustsBrightness
    ) { voxels throws(EngineError) in try predict(voxels, network, size) }
    let grid = pass.window(image.grid)
    let output = try answer(to: pass.voxels, network, size, first: pass.output)
    return Self.cropped(output, of: size, to: grid, isMirrored: configuration.views > 1)
  }

  /// What the network says of a window, or the mean of what it says of several views of it.
  /// - Parameter first: of the plain view, where it is known.
  private func answer(
    to voxels: [Float], _ network: Executable, _ size: SIMD3<Int>, first: Tensor? = nil
  ) throws(EngineError) -> Tensor {
    var result: Tensor
    if let first { result = first } else { result = try predict(voxels, network, size) }
    let outputSize: SIMD3<Int> = [result.shape[4], result.shape[3], result.shape[2]]
    let views = TestTimeAugmentation.views(configuration.views, isCoarse: outputSize != size)
    guard views.count > 1 else { return result }
    // In a mirrored view the channels of left and right structures are exchanged.
    let (own, mirrored) = (Array(model.labels.indices), OutputLabel.mirrored(model.labels).map(Int.init))
    for (number, view) in views.enumerated().dropFirst() {
      let output = try predict(view.show(voxels, size: size), network, size)
      view.add(
        output, channels: view.isMirrored ? mirrored : own, to: &result.values, size: outputSize,
        scale: number == views.count - 1 ? 1 / Float(views.count) : 1)
    }
    return result
  }

  private func predict(
    _ voxels: [Float], _ network: Executable, _ size: SIMD3<Int>
  ) throws(EngineError) -> Tensor {
    try network.predict([Tensor(shape: [1, 1, size.z, size.y, size.x], values: voxels)])
  }

  /// The channels of an output that begins where the image does and is at least as large. A coarse output is returned on
  /// the grid of the first voxels of all blocks.
  /// - Parameter isMirrored: whether a mirrored view was added, whose first voxel of a block is the last along i. The mean
  ///   of both stands for their middle.
  private static func cropped(
    _ output: Tensor, of window: SIMD3<Int>, to grid: Grid, isMirrored: Bool
  ) -> [Volume] {
    let (depth, height, width) = (output.shape[2], output.shape[3], output.shape[4])
    var grid = grid
    let block = window / [width, height, depth]
    if block != .one {
      grid.shape = pointwiseMin((grid.shape &+ block &- 1) / block, [width, height, depth])
      let step = SIMD3<Double>(block)
      let origin = grid.affine(isMirrored ? [(step.x - 1) / 2, 0, 0] : .zero)
      grid.affine = Affine(
        i: grid.affine.i * step.x, j: grid.affine.j * step.y, k: grid.affine.k * step.z, origin: origin)
    }
    return ParallelLoop.map(Array(0..<output.shape[1])) { channel in
      var voxels: [Float] = []
      voxels.reserveCapacity(grid.count)
      for z in 0..<grid.shape.z {
        for y in 0..<grid.shape.y {
          let start = ((channel * depth + z) * height + y) * width
          voxels += output.values[start..<start + grid.shape.x]
        }
      }
      return Volume(grid: grid, voxels: voxels)
    }
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
      guard var sum = probabilities.removeValue(forKey: label.tissue) else {
        probabilities[label.tissue] = channel
        continue
      }
      for index in sum.voxels.indices { sum.voxels[index] += channel.voxels[index] }
      probabilities[label.tissue] = sum
    }
    return Segmentation(labels: labels, probabilities: probabilities)
  }
}

extension SIMD3<Int> {
  /// (i, j, k) of an image as (D, H, W) of a tensor, whose last axis is the image's first.
  var reversedAxes: SIMD3<Int> { [z, y, x] }

  func roundedUp(toMultiplesOf step: SIMD3<Int>) -> SIMD3<Int> { (self &+ step &- 1) / step &* step }
}

extension SegmentationModel {
  /// Checks that the network can work on the model's patch size.
  /// - Throws: `EngineError.graph`.
  package func checkGraph() throws(EngineError) {
    do { _ = try graph.shapes(forSize: patchSize.reversedAxes) } catch { throw .graph(error) }
  }
}
