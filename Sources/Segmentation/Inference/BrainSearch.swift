import Imaging
import NeuralNetwork
import Numerics

/// Finds the window that holds the brain: a network segments the window where a brain should be, and the window moves to
/// what was found, until it no longer moves.
///
/// Positions are measured on every `stride`th voxel along each axis, which is precise enough to place a window.
struct BrainSearch {
  /// A window with what the network found in it.
  struct Pass {
    var window: Window
    /// The factor by which the window's voxels were multiplied.
    var gain: Float
    /// The window's voxels after that, x fastest.
    var voxels: [Float]
    /// The network's output, [1, C, D, H, W], background first.
    var output: Tensor
    /// Whether the window no longer moved, and no longer had to be made brighter.
    var isSettled: Bool
  }

  /// Voxels along i, j, k.
  let windowSize: SIMD3<Int>
  /// Voxels along i, j, k that lie 4 mm apart, or one where they are larger.
  let stride: SIMD3<Int>
  /// A window this near to the brain's middle, in voxels, shows it as training did: 8 mm.
  let closeEnough: SIMD3<Int>

  /// - Parameter spacing: of the voxels, in mm.
  init(windowSize: SIMD3<Int>, spacing: SIMD3<Double>) {
    self.windowSize = windowSize
    func voxels(_ length: Double) -> SIMD3<Int> {
      let count = SIMD3<Int>((length / spacing).rounded(.toNearestOrEven))
      return count.replacing(with: 1, where: count .< 1)
    }
    stride = voxels(4)
    closeEnough = voxels(8)
  }

  /// The most passes of the network, the first included.
  private static let mostPasses = 4

  /// Moves a window until it shows the brain, and returns the last pass.
  /// - Parameters:
  ///   - image: the prepared image, along RAS, scaled to 0...1.
  ///   - window: the window of the first pass.
  ///   - gain: the factor of the first pass.
  ///   - adjustsBrightness: whether a dark brain is made brighter.
  ///   - predict: runs the network on a window's voxels.
  /// - Throws: `EngineError`.
  func run(
    in image: Volume, from window: Window, gain: Float = 1, adjustsBrightness: Bool,
    predict: ([Float]) throws(EngineError) -> Tensor
  ) throws(EngineError) -> Pass {
    var (window, gain) = (window, gain)
    for pass in 1... {
      var voxels = window(image).voxels
      if gain != 1 { for index in voxels.indices { voxels[index] = min(gain * voxels[index], 1) } }
      let output = try predict(voxels)
      let next = next(after: window, output)
      let further = adjustsBrightness ? self.gain(for: voxels, output) : 1
      let isSettled = next == window && further == 1
      if isSettled || pass == Self.mostPasses {
        return Pass(window: window, gain: gain, voxels: voxels, output: output, isSettled: isSettled)
      }
      window = next
      gain *= further
    }
    preconditionFailure("the last pass returns")
  }

  /// Returns the window of the first pass, on a prepared image along RAS.
  ///
  /// A brain's middle lies some 75 mm below the top of a head, wherever the image ends below; where there is only
  /// brain, it lies a little higher.
  func start(in image: Volume) -> Window {
    let shape = image.grid.shape
    let steps = (shape &+ stride &- 1) / stride
    var values: [Float] = []
    values.reserveCapacity(steps.x * steps.y * steps.z)
    forEachStep(steps) { values.append(image[$0.x, $0.y, $0.z]) }
    let threshold = OtsuThreshold(of: values)?.value ?? 0
    // An object's voxels in each axial slice: noise in the air above the head leaves few.
    var counts = [Int](repeating: 0, count: steps.z)
    forEachStep(steps, values) { voxel, value in
      if value > threshold { counts[voxel.z / stride.z] += 1 }
    }
    let most = counts.max() ?? 0
    let top = (counts.lastIndex { $0 * 10 > most } ?? steps.z - 1) * stride.z
    let spacing = image.grid.affine.spacing
    let bottom = top - Int(Self.brainHeight / spacing.z)
    var (sum, count) = (SIMD3<Int>.zero, 0)
    forEachStep(steps, values) { voxel, value in
      guard value > threshold, voxel.z >= bottom else { return }
      sum &+= voxel
      count += 1
    }
    guard count > 0 else { return Window(centredIn: image.grid, shape: windowSize) }
    var centre = sum / count
    centre.z = top - Int(Self.middleBelowTop / spacing.z)
    return Window(start: centre &- windowSize / 2, shape: windowSize)
  }

  private static let brainHeight = 140.0  // mm
  private static let middleBelowTop = 70.0  // mm

  /// The window around the middle of the brain that was found in a window; the same where none was found, or where
  /// it is close enough.
  /// - Parameter output: the network's, [1, C, D, H, W], background first.
  func next(after window: Window, _ output: Tensor) -> Window {
    guard let middle = middle(of: output) else { return window }
    let shift = middle &- windowSize / 2
    guard any(shift .> closeEnough) || any(shift .< 0 &- closeEnough) else { return window }
    return Window(start: window.start &+ shift, shape: windowSize)
  }

  /// The middle of the largest connected piece that is not background, in voxels of the window; `nil` where all is
  /// background.
  /// - Parameter output: the network's, [1, C, D, H, W], background first.
  func middle(of output: Tensor) -> SIMD3<Int>? {
    let steps = windowSize / stride
    var labels: [UInt16] = []
    labels.reserveCapacity(steps.x * steps.y * steps.z)
    let grid = OutputGrid(output, windowSize)
    output.values.withUnsafeBufferPointer { values in
      forEachStep(steps) { labels.append(values[grid.offset(of: $0)] < 0.5 ? 1 : 0) }
    }
    let map = LabelMap(grid: Grid(shape: steps, affine: .identity), labels: labels)
    guard let brain = Window(around: map.largestComponent(connectivity: .faces)) else { return nil }
    return (2 &* brain.start &+ brain.shape &- 1) &* stride / 2
  }

  /// The factor that makes the brain that was found in a window as bright as training showed it; 1 where it is.
  ///
  /// Fat that is much brighter than the brain, as near a surface coil, leaves a scan scaled by its percentiles dark.
  /// - Parameters:
  ///   - voxels: of the window, scaled to 0...1.
  ///   - output: the network's, [1, C, D, H, W], background first.
  func gain(for voxels: [Float], _ output: Tensor) -> Float {
    var brain: [Float] = []
    let grid = OutputGrid(output, windowSize)
    forEachStep(windowSize / stride) { voxel in
      let offset = voxel.x + windowSize.x * (voxel.y + windowSize.y * voxel.z)
      if output.values[grid.offset(of: voxel)] < 0.5 { brain.append(voxels[offset]) }
    }
    guard let level = OrderStatistics(of: brain).percentile(95), level > 0, level < Self.leastBrightness
    else { return 1 }
    return Float(Self.brightness / level)
  }

  /// The 95th percentile of a brain in synthesized heads is 0.5 to 1; in the middle of that nothing is lost.
  private static let leastBrightness = 0.5
  private static let brightness = 0.75

  private func forEachStep(_ steps: SIMD3<Int>, _ body: (SIMD3<Int>) -> Void) {
    for z in 0..<steps.z {
      for y in 0..<steps.y { for x in 0..<steps.x { body(SIMD3(x, y, z) &* stride) } }
    }
  }

  private func forEachStep(_ steps: SIMD3<Int>, _ values: [Float], _ body: (SIMD3<Int>, Float) -> Void) {
    var index = 0
    forEachStep(steps) { voxel in
      body(voxel, values[index])
      index += 1
    }
  }
}

/// The voxels of a network's output, which are those of its window, or the first of each block of them.
private struct OutputGrid {
  let size, block: SIMD3<Int>

  init(_ output: Tensor, _ windowSize: SIMD3<Int>) {
    size = [output.shape[4], output.shape[3], output.shape[2]]
    block = windowSize / size
  }

  /// Returns the offset in the first channel of the voxel that stands for a voxel of the window.
  func offset(of voxel: SIMD3<Int>) -> Int {
    let place = voxel / block
    return place.x + size.x * (place.y + size.y * place.z)
  }
}
