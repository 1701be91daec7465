import CPNG
import Evaluation
import Foundation

/// A picture of a few colours, rows from the top: each pixel is an index into them. A fraction of an RGB picture's size.
struct IndexedPicture {
  let width, height: Int
  /// Red, green, blue, opacity; at most 256.
  let colours: [SIMD4<UInt8>]
  var pixels: [UInt8]

  /// All pixels have the first colour.
  init(width: Int, height: Int, colours: [SIMD4<UInt8>]) {
    precondition(width > 0 && height > 0 && (1...256).contains(colours.count), "pixels and colours")
    self.width = width
    self.height = height
    self.colours = colours
    pixels = [UInt8](repeating: 0, count: width * height)
  }

  /// Copies rows of so many pixels to where their upper left one lies at (x, y); they must fit.
  mutating func draw(_ other: [UInt8], width: Int, x: Int, y: Int) {
    for row in 0..<other.count / width {
      let start = x + self.width * (y + row)
      pixels.replaceSubrange(start..<start + width, with: other[row * width..<(row + 1) * width])
    }
  }

  /// A PNG of as many bits a pixel as the colours need.
  func png() throws(EvaluationError) -> Data {
    let map = colours.flatMap { [$0.x, $0.y, $0.z, $0.w] }
    var image = png_image()
    image.version = UInt32(PNG_IMAGE_VERSION)
    image.width = UInt32(width)
    image.height = UInt32(height)
    // RGBA by way of a map: a macro in C that Swift does not import.
    image.format = UInt32(PNG_FORMAT_FLAG_COLOR | PNG_FORMAT_FLAG_ALPHA | PNG_FORMAT_FLAG_COLORMAP)
    image.colormap_entries = UInt32(colours.count)
    return try Picture.encoded(&image, pixels, map)
  }
}
