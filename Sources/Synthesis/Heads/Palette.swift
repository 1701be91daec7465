/// The intensities of one synthetic image: a Gaussian for each matter, before the scanner.
package struct Palette: Hashable, Sendable {
  package struct Color: Hashable, Sendable {
    package var mean: Float = 0
    /// Of voxels that are independent.
    package var deviation: Float = 0
    /// Amplitude of the smooth texture.
    package var texture: Float = 0
  }

  private var colors = [Color](repeating: Color(), count: Matter.allCases.count)

  package subscript(matter: Matter) -> Color {
    get { colors[Int(matter.rawValue)] }
    set { colors[Int(matter.rawValue)] = newValue }
  }

  /// The brightest mean, texture included.
  var brightest: Float { colors.map { $0.mean + abs($0.texture) + 3 * $0.deviation }.max() ?? 0 }
}
