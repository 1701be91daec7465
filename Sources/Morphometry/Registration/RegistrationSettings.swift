/// How stiff the deformation is, and how long it is looked for.
///
/// The energy is ½ Σ ∫ (M∘exp(v/2) − F∘exp(−v/2))² + ½ λ₁ ∫ |∇v|² + ½ λ₂ ∫ |Δv|², summed over gray matter, white matter
/// and the rest, with v and positions in mm.
public struct RegistrationSettings: Hashable, Codable, Sendable {
  /// λ₁, the weight of the membrane energy.
  public var membrane: Double
  /// λ₂ in mm², the weight of the bending energy.
  public var bending: Double
  /// From coarse to fine.
  public var levels: [Level]
  /// Iterations of the conjugate gradients in each step of Gauss and Newton.
  public var innerIterations: Int

  /// One resolution.
  public struct Level: Hashable, Codable, Sendable {
    /// Spacing of the images, in spacings of the template: 1, 2 or 4.
    public var imageSpacing: Int
    /// Spacing of the velocity, in spacings of the images: 1 or 2.
    public var velocitySpacing: Int
    public var steps: Int

    public init(imageSpacing: Int, velocitySpacing: Int, steps: Int) {
      self.imageSpacing = imageSpacing
      self.velocitySpacing = velocitySpacing
      self.steps = steps
    }
  }

  public init(
    membrane: Double, bending: Double, levels: [Level] = RegistrationSettings.standardLevels,
    innerIterations: Int = 5
  ) {
    self.membrane = membrane
    self.bending = bending
    self.levels = levels
    self.innerIterations = innerIterations
  }

  /// For a template of 1.5 mm: images at 6, 3 and 1.5 mm, the velocity at 6, 3 and 3 mm.
  public static let standardLevels = [
    Level(imageSpacing: 4, velocitySpacing: 1, steps: 15),
    Level(imageSpacing: 2, velocitySpacing: 1, steps: 12),
    Level(imageSpacing: 1, velocitySpacing: 2, steps: 8),
  ]

  /// Onto a template made of maps by the same segmentation, the one inside the program or a group's own.
  public static let cohort = RegistrationSettings(membrane: 0.09, bending: 0.01)
  /// Onto a template of another origin, as MNI152's published maps.
  public static let stiff = RegistrationSettings(membrane: 0.12, bending: 0.15)

  /// Both weights times a factor.
  public func stiffened(by factor: Double) -> RegistrationSettings {
    var result = self
    result.membrane *= factor
    result.bending *= factor
    return result
  }
}
