import Imaging

/// Where scans of many subjects lie voxel upon voxel: a template's brain in a box of one voxel size.
public struct CommonSpace: Sendable {
  public let grid: Grid
  private let registration: AffineRegistration

  /// Sides are multiples of this, so that a network may halve them three times.
  public static let sizeMultiple = 8

  /// - Parameters:
  ///   - template: 0 where there is no brain.
  ///   - spacing: in mm.
  /// - Returns: `nil` where the template is 0 everywhere.
  public init?(template: Volume, spacing: Double) {
    let coarse = Conforming(spacing: SIMD3(repeating: spacing))(template)
    let limit = 0.1 * (coarse.voxels.max() ?? 0)
    let brain = LabelMap(grid: coarse.grid, labels: coarse.voxels.map { $0 > max(limit, 0) ? 1 : 0 })
    guard let box = Window(around: brain, margin: 1) else { return nil }
    let multiple = Self.sizeMultiple
    let shape = (box.shape &+ (multiple - 1)) / multiple &* multiple
    grid = Window(centredIn: box(coarse.grid), shape: shape)(box(coarse.grid))
    registration = AffineRegistration(template: template)
  }

  /// The map from the template to the image; `nil` where the image is 0 everywhere.
  public func register(_ image: Volume) -> AffineRegistration.Result? { registration(image) }

  /// The image in the common space.
  /// - Parameter transform: of `register`.
  public func bring(_ image: Volume, by transform: Affine) -> Volume? {
    guard let inverse = transform.inverse else { return nil }
    var moved = image
    moved.grid.affine = inverse.composed(after: image.grid.affine)
    guard moved.grid.affine.inverse != nil else { return nil }
    return moved.smoothed(for: grid).resampled(onto: grid)
  }
}
