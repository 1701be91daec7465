import Imaging

/// Finds the stationary velocity field whose flow takes a template's gray and white matter to those of a head that has
/// been laid onto the template by an affine map.
///
/// Both are warped to the midpoint between them, the head by exp(v/2) and the template by exp(−v/2), so that exchanging
/// the two gives −v: the inverse is a property of the model (Lorenzi et al. 2013, doi 10.1016/j.neuroimage.2013.04.114,
/// use the same symmetry). Steps are those of Gauss and Newton, as in DARTEL (Ashburner 2007,
/// doi 10.1016/j.neuroimage.2007.07.007), on coarse voxels first.
///
/// The same images give the same bits on any number of cores.
public struct DiffeomorphicRegistration: Sendable {
  public let settings: RegistrationSettings
  private let grid: Grid
  private let template: [TissuePair]

  /// A step changes no velocity by more than this many voxels of the level's images.
  package static let longestStep: Float = 1.5

  /// - Parameter template: on axes that run to the right, front and top, with one spacing.
  public init(template: TissueMaps, settings: RegistrationSettings) {
    precondition(template.grid.isIsotropicRAS, "a template has axes along the world's, and one spacing")
    self.settings = settings
    grid = template.grid
    self.template = settings.levels.map { TissuePair(template.thinned(by: $0.imageSpacing)) }
  }

  /// - Parameter moving: the head's maps on the template's grid.
  /// - Returns: v, at the spacing of the last level. `exp(v)` takes positions of the template to the head's.
  public func callAsFunction(_ moving: TissueMaps) -> StationaryVelocityField {
    precondition(moving.grid == grid, "the head's maps lie on the template's grid")
    var velocity: StationaryVelocityField?
    for (level, fixed) in zip(settings.levels, template) {
      let spacing = level.imageSpacing * level.velocitySpacing
      let box = grid.velocityBox(every: spacing)
      let pair = TissuePair(moving.thinned(by: level.imageSpacing))
      let start = velocity?.carried(onto: box) ?? StationaryVelocityField(grid: box)
      velocity = refine(start, moving: pair, fixed: fixed, level)
    }
    return velocity ?? StationaryVelocityField(grid: grid.velocityBox(every: 2))
  }

  private func refine(
    _ start: StationaryVelocityField, moving: TissuePair, fixed: TissuePair,
    _ level: RegistrationSettings.Level
  ) -> StationaryVelocityField {
    let solver = VelocitySolver(start: start, membrane: settings.membrane, bending: settings.bending)
    let term = DataTerm(
      moving: moving, fixed: fixed, velocityBox: start.grid.shape, ratio: level.velocitySpacing)
    for _ in 0..<level.steps {
      let field = solver.field
      let equations = term.linearized(
        forward: Diffeomorphism(exponentialOf: field, time: 0.5),
        backward: Diffeomorphism(exponentialOf: field, time: -0.5))
      solver.advance(
        equations, iterations: settings.innerIterations, longest: Self.longestStep * moving.spacing)
    }
    return solver.field
  }
}

extension StationaryVelocityField {
  /// The field on another box of the same first node, with the same spacing or half of it. Nodes beyond this box get 0.
  package func carried(onto box: Grid) -> StationaryVelocityField {
    let ratio = Int((grid.isotropicSpacing / box.isotropicSpacing).rounded())
    precondition(ratio == 1 || ratio == 2, "a level has the spacing of the one before it, or half")
    var part = box
    for axis in 0..<3 { part.shape[axis] = min(box.shape[axis], ratio * grid.shape[axis]) }
    let source = ratio == 2 ? refined(onto: part) : self
    if source.grid == box { return source }
    var result = StationaryVelocityField(grid: box)
    let common = SIMD3((0..<3).map { min(source.grid.shape[$0], box.shape[$0]) })
    for k in 0..<common.z {
      for j in 0..<common.y {
        let (from, to) = (source.grid.offset(0, j, k), box.offset(0, j, k))
        for i in 0..<common.x { result.vectors[to + i] = source.vectors[from + i] }
      }
    }
    return result
  }

  /// The map of the flow on a finer grid of half the spacing, the velocity having been refined first.
  public func exponential(on target: Grid, time: Float = 1) -> Diffeomorphism {
    Diffeomorphism(exponentialOf: carried(onto: target), time: time)
  }
}
