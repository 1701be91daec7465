import Imaging

/// Makes a template of the gray and white matter of a group of heads.
///
/// The heads are laid onto a template of a standard space by affine maps, and their mean is the first template. In each
/// round the heads are registered to the template, softer from round to round, and warped without the mean of their
/// velocities, so that the template has the group's mean shape; their mean is the next template. At the end the
/// template itself is laid onto the standard space, stiffly, and all heads are averaged by way of that map.
///
/// A round is one `placement` for each head, in any order and on any machine, and one `TemplateMean`.
public struct TemplateBuilder: Sendable {
  /// Gray and white matter in the standard space, on the grid that the template gets.
  public let standard: TissueMaps
  public let settings: RegistrationSettings
  /// How many times stiffer than `settings` each round is.
  public let stiffness: [Double]

  public init(
    standard: TissueMaps, settings: RegistrationSettings = .cohort, stiffness: [Double] = [4, 2, 1]
  ) {
    self.standard = standard
    self.settings = settings
    self.stiffness = stiffness
  }

  /// Where a head lies by an affine map alone, before the first round; `nil` where it has no gray and white matter.
  public func start(_ head: TissueMaps) -> HeadPlacement? {
    guard let found = AffineRegistration(template: standard.contrast)(head.contrast) else { return nil }
    return HeadPlacement(
      affine: found.transform, velocity: StationaryVelocityField(grid: standard.grid.velocityBox(every: 2)))
  }

  /// What registers heads in a round, from 0 on.
  public func normalizer(round: Int, template: TissueMaps) -> ScanNormalizer {
    ScanNormalizer(template: template, settings: settings.stiffened(by: stiffness[round]))
  }

  /// The map that lays a template onto the standard space: the template's position for each of the standard's.
  public func layOnStandard(_ template: TissueMaps) -> Diffeomorphism {
    DiffeomorphicRegistration(template: standard, settings: .onStandard)(template)
      .exponential(on: standard.grid)
  }

  /// The whole way in one process.
  /// - Parameter head: reads a head by its number; each is read once for each round and once for each mean.
  /// - Parameter progress: called with the round, from 0 (affine) to the last, after each head.
  public func callAsFunction<Failure: Error>(
    count: Int, progress: (_ round: Int, _ head: Int) -> Void = { _, _ in },
    head: (Int) throws(Failure) -> TissueMaps
  ) throws(Failure) -> TissueMaps? {
    var placements: [Int: HeadPlacement] = [:]
    for number in 0..<count {
      placements[number] = start(try head(number))
      progress(0, number)
    }
    guard var template = try mean(placements, count, last: nil, head: head) else { return nil }
    for round in stiffness.indices {
      let normalizer = normalizer(round: round, template: template)
      for number in 0..<count {
        placements[number] = normalizer.placement(of: try head(number))
        progress(round + 1, number)
      }
      guard let next = try mean(placements, count, last: nil, head: head) else { return nil }
      template = next
    }
    return try mean(placements, count, last: layOnStandard(template), head: head)
  }

  private func mean<Failure: Error>(
    _ placements: [Int: HeadPlacement], _ count: Int, last: Diffeomorphism?,
    head: (Int) throws(Failure) -> TissueMaps
  ) throws(Failure) -> TissueMaps? {
    let order = (0..<count).filter { placements[$0] != nil }
    guard let centre = HeadPlacement.meanVelocity(order.compactMap { placements[$0] }) else { return nil }
    var mean = TemplateMean(grid: standard.grid, centre: centre, last: last)
    for number in order {
      guard let placement = placements[number] else { continue }
      mean.add(try head(number), at: placement)
    }
    return mean.maps
  }
}

extension RegistrationSettings {
  /// For a template onto a standard space, whose maps follow another rule: only what is broad.
  package static let onStandard = RegistrationSettings(membrane: 0.24, bending: 0.6)
}

extension ScanNormalizer {
  /// Where a head lies on the template; `nil` where it has no gray and white matter.
  public func placement(of head: TissueMaps) -> HeadPlacement? {
    velocity(of: head).map { HeadPlacement(affine: $0.affine, velocity: $0.velocity) }
  }
}
