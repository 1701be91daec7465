import Imaging

/// A common space for scans of many subjects: a box of cubic voxels around the brain of a template.
public struct CommonSpace: Sendable {
  /// The grid of the common space.
  public let grid: Grid
  private let registration: AffineRegistration

  /// The numbers of voxels are multiples of this, so that a network can halve them three times.
  public static let sizeMultiple = 8

  /// Makes the common space of a template.
  /// - Parameters:
  ///   - template: An image that is 0 outside the brain.
  ///   - spacing: The voxel size in mm.
  /// - Returns: The space, or `nil` if the template is 0 everywhere.
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

  /// Registers an image to the template. Returns `nil` if the image is 0 everywhere.
  public func register(_ image: Volume) -> AffineRegistration.Result? { registration(image) }

  /// Returns the image resampled onto the grid of the common space, or `nil` if an affine cannot be inverted.
  /// - Parameters:
  ///   - image: The image on its own grid.
  ///   - transform: The affine returned by `register`.
  public func bring(_ image: Volume, by transform: Affine) -> Volume? {
    guard let inverse = transform.inverse else { return nil }
    var moved = image
    moved.grid.affine = inverse.composed(after: image.grid.affine)
    guard moved.grid.affine.inverse != nil else { return nil }
    return moved.smoothed(for: grid).resampled(onto: grid)
  }
}
