import Imaging

/// Affine registration of a scan, or of a map of one of its tissues, to a template of any contrast.
///
/// The registration maximizes the correlation ratio (Roche et al. 1998, doi 10.1007/BFb0056301): the share of the
/// moving image's variance that is a function of the template's intensity. The best function is the mean within each
/// bin of template intensity. With it, the maximization is a least-squares problem in twelve parameters, which is
/// solved by the method of Levenberg and Marquardt with the function projected out (Kaufman 1975), on coarse voxels
/// first. The start is the affine that aligns the centres and the spreads of the two images. The gradients are those of
/// the image itself, so that an iteration visits each voxel once, where Powell's method needs dozens of evaluations.
///
/// Both images must be 0 outside the brain. The same images give the same bits for any number of threads.
public struct AffineRegistration: Sendable {
  /// The voxel sizes of the levels in mm, from coarse to fine. Below 4 mm the affine of an entire brain does not
  /// improve visibly.
  public static let spacings = [8.0, 4.0]
  /// The largest number of steps at one level.
  private static let mostSteps = 40
  /// A level ends when a step increases the correlation ratio by less than this.
  private static let leastGain = 1e-5

  /// The result of a registration.
  public struct Result: Hashable, Sendable {
    /// The affine from world coordinates of the template to world coordinates of the moving image, in mm.
    public var transform: Affine
    /// The correlation ratio (0 to 1) before the registration, with the identity, and after it.
    public var before, after: Double
  }

  private let levels: [TemplateLevel]
  private let template: Volume

  /// Prepares the registration to a template.
  /// - Parameter template: An image that is 0 outside the brain.
  public init(template: Volume) {
    self.template = template
    levels = Self.spacings.map { TemplateLevel(template, spacing: $0) }
  }

  /// Registers an image to the template.
  /// - Parameter moving: An image that is 0 outside the brain.
  /// - Returns: The result, or `nil` if the image or the template is 0 everywhere.
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

  /// Maximizes the correlation ratio at one level by Levenberg-Marquardt steps.
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

  /// Returns the affine that maps the centre of mass and the spreads along the world axes of the template to those of
  /// the moving image, or `nil` if an image has no value above 0.
  private static func start(from moving: Volume, to template: Volume) -> Affine? {
    guard let own = Moments(template), let other = Moments(moving) else { return nil }
    let scale = other.deviation / own.deviation
    var map = Affine(spacing: scale)
    map.origin = other.mean - map.linear(own.mean)
    return map
  }
}

/// The mean position and the standard deviation of an image's values, in world mm.
private struct Moments {
  package var mean, deviation: SIMD3<Double>

  /// Computes the moments, or returns `nil` if no value is above 0.
  package init?(_ volume: Volume) {
    // Voxels of 4 mm are fine enough for the start of a registration.
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

/// The template at the voxel size of one level, with its intensities in bins.
package struct TemplateLevel: Sendable {
  package let grid: Grid
  /// The bin of each voxel. Bin 0 is the background.
  package let bins: [UInt8]
  /// The number of bins.
  package static let binCount = 32

  package init(_ template: Volume, spacing: Double) {
    let coarse = Conforming(spacing: SIMD3(repeating: spacing))(template)
    let top = coarse.voxels.max() ?? 0
    grid = coarse.grid
    let scale = top > 0 ? Float(Self.binCount - 1) / top : 0
    bins = coarse.voxels.map { UInt8(min(max($0 * scale, 0), Float(Self.binCount - 1)).rounded()) }
  }
}
