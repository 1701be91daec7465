import Imaging

/// Finds the affine map that lays a scan, or a map of one of its tissues, onto a template of whatever contrast.
///
/// It makes the correlation ratio greatest (Roche et al. 1998, doi 10.1007/BFb0056301): the share of the moving image's
/// variance that is a function of the template's intensity. With the best function, the mean in each bin of intensity,
/// that is a least-squares problem in twelve numbers, and is solved as one: by the method of Levenberg and Marquardt with
/// the function projected out (Kaufman 1975), on coarse voxels first, from the map that lays centre and size of the two
/// onto each other. Gradients come from the image itself, so that an iteration costs one look at each voxel, where
/// Powell's method looks dozens of times.
///
/// Both images are 0 where there is no brain. The same images give the same bits on any number of cores.
public struct AffineRegistration: Sendable {
  /// Voxel sizes in mm, from coarse to fine. Below 4 mm an affine map of a whole brain gains nothing that shows.
  public static let spacings = [8.0, 4.0]
  private static let mostSteps = 40
  /// A level ends when a step gains less than this of the correlation ratio.
  private static let leastGain = 1e-5

  /// What was found.
  public struct Result: Hashable, Sendable {
    /// World mm of the template → world mm of the moving image.
    public var transform: Affine
    /// The correlation ratio, 0 to 1, as the images lay and as they lie now.
    public var before, after: Double
  }

  private let levels: [TemplateLevel]
  private let template: Volume

  public init(template: Volume) {
    self.template = template
    levels = Self.spacings.map { TemplateLevel(template, spacing: $0) }
  }

  /// - Returns: `nil` where the image or the template is 0 everywhere.
  public func callAsFunction(_ moving: Volume) -> Result? {
    guard var transform = Self.start(from: moving, to: template) else { return nil }
    var (before, after) = (0.0, 0.0)
    for (level, spacing) in zip(levels, Self.spacings) {
      let coarse = Conforming(spacing: SIMD3(repeating: spacing))(moving)
      guard let problem = CorrelationRatio(level, moving: coarse) else { return nil }
      (transform, after) = Self.climb(problem, from: transform)
      before = problem.ratio(.identity)
    }
    return Result(transform: transform, before: before, after: after)
  }

  private static func climb(_ problem: CorrelationRatio, from start: Affine) -> (Affine, Double) {
    var (transform, damping) = (start, 1e-3)
    var state = problem.linearized(at: transform)
    for _ in 0..<mostSteps {
      guard let step = state.step(damping: damping) else { break }
      let next = problem.moved(transform, by: step)
      let candidate = problem.linearized(at: next)
      let gain = candidate.ratio - state.ratio
      if gain > 0 {
        (transform, state, damping) = (next, candidate, max(damping / 10, 1e-6))
        if gain < leastGain { break }
      } else {
        damping *= 10
        if damping > 1e3 { break }
      }
    }
    return (transform, state.ratio)
  }

  /// The map between boxes of the same centre of mass and spread along the world's axes.
  private static func start(from moving: Volume, to template: Volume) -> Affine? {
    guard let own = Moments(template), let other = Moments(moving) else { return nil }
    let scale = other.deviation / own.deviation
    var map = Affine(spacing: scale)
    map.origin = other.mean - map.linear(own.mean)
    return map
  }
}

/// Centre and spread of an image's values in world mm.
private struct Moments {
  var mean, deviation: SIMD3<Double>

  /// `nil` where nothing is above 0.
  init?(_ volume: Volume) {
    // A few millimetres decide nothing here.
    let coarse = Conforming(spacing: [4, 4, 4])(volume)
    var (weight, sum, squares) = (0.0, SIMD3<Double>.zero, SIMD3<Double>.zero)
    let shape = coarse.grid.shape
    for k in 0..<shape.z {
      for j in 0..<shape.y {
        for i in 0..<shape.x {
          let value = Double(max(0, coarse[i, j, k]))
          guard value > 0 else { continue }
          let place = coarse.grid.affine([Double(i), Double(j), Double(k)])
          weight += value
          sum += place * value
          squares += place * place * value
        }
      }
    }
    guard weight > 0 else { return nil }
    mean = sum / weight
    let variance = squares / weight - mean * mean
    guard variance.min() > 0 else { return nil }
    deviation = variance.squareRoot()
  }
}

/// The template on the voxels of one level, its intensities in bins.
struct TemplateLevel: Sendable {
  let grid: Grid
  /// Of each voxel; 0 is the background.
  let bins: [UInt8]
  static let binCount = 32

  init(_ template: Volume, spacing: Double) {
    let coarse = Conforming(spacing: SIMD3(repeating: spacing))(template)
    let top = coarse.voxels.max() ?? 0
    grid = coarse.grid
    let scale = top > 0 ? Float(Self.binCount - 1) / top : 0
    bins = coarse.voxels.map { UInt8(min(max($0 * scale, 0), Float(Self.binCount - 1)).rounded()) }
  }
}
