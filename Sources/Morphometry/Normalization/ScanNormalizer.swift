import Imaging

/// Lays heads onto a template: an affine map first, then a diffeomorphism.
///
/// ```swift
/// let normalizer = ScanNormalizer(template: template, settings: .cohort)
/// let result = normalizer(TissueMaps(gray: gray, white: white))
/// let modulated = result?.normalized(gray, modulation: .all)
/// ```
public struct ScanNormalizer: Sendable {
  public let template: TissueMaps
  public let settings: RegistrationSettings
  private let affine: AffineRegistration
  private let registration: DiffeomorphicRegistration

  public init(template: TissueMaps, settings: RegistrationSettings) {
    self.template = template
    self.settings = settings
    affine = AffineRegistration(template: template.contrast)
    registration = DiffeomorphicRegistration(template: template, settings: settings)
  }

  /// - Returns: `nil` where the head has no gray and white matter.
  public func callAsFunction(_ head: TissueMaps) -> ScanNormalization? {
    guard let (transform, velocity) = velocity(of: head) else { return nil }
    return ScanNormalization(grid: template.grid, affine: transform, velocity: velocity)
  }

  /// World mm of the template → world mm of the head, and the velocity field behind it.
  package func velocity(of head: TissueMaps) -> (affine: Affine, velocity: StationaryVelocityField)? {
    guard let found = affine(head.contrast),
      let laid = head.resampled(onto: template.grid, by: found.transform)
    else { return nil }
    return (found.transform, registration(laid))
  }
}
