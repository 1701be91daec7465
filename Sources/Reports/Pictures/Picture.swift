import CPNG
import Evaluation
import Files
import Foundation

/// An RGB picture, rows from the top, pixels from the left: `pixels[3 * (x + width * y) + channel]`.
public struct Picture: Hashable, Sendable {
  public let width, height: Int
  public private(set) var pixels: [UInt8]

  /// A black picture.
  public init(width: Int, height: Int) {
    precondition(width > 0 && height > 0, "a picture has at least one pixel")
    self.width = width
    self.height = height
    pixels = [UInt8](repeating: 0, count: 3 * width * height)
  }

  /// Pictures from left to right, their upper edges in line; there is at least one.
  public init(sideBySide pictures: [Picture], gap: Int = 2) {
    let width = pictures.reduce(0) { $0 + $1.width } + gap * (pictures.count - 1)
    self.init(width: width, height: pictures.map(\.height).max() ?? 0)
    var x = 0
    for picture in pictures {
      draw(picture, x: x, y: 0)
      x += picture.width + gap
    }
  }

  /// Red, green and blue of one pixel.
  public subscript(x: Int, y: Int) -> SIMD3<UInt8> {
    get {
      let offset = 3 * (x + width * y)
      return [pixels[offset], pixels[offset + 1], pixels[offset + 2]]
    }
    set {
      let offset = 3 * (x + width * y)
      pixels[offset] = newValue.x
      pixels[offset + 1] = newValue.y
      pixels[offset + 2] = newValue.z
    }
  }

  /// Copies another picture so that its upper left pixel lies at (x, y); it must fit.
  public mutating func draw(_ other: Picture, x: Int, y: Int) {
    for row in 0..<other.height {
      let source = 3 * other.width * row
      let target = 3 * (x + width * (y + row))
      pixels.replaceSubrange(
        target..<target + 3 * other.width, with: other.pixels[source..<source + 3 * other.width])
    }
  }

  /// The picture as a PNG, 8 bits per channel.
  public func png() throws(EvaluationError) -> Data {
    var image = png_image()
    image.version = UInt32(PNG_IMAGE_VERSION)
    image.width = UInt32(width)
    image.height = UInt32(height)
    image.format = UInt32(PNG_FORMAT_FLAG_COLOR)  // RGB: a macro in C that Swift does not import
    return try Picture.encoded(&image, pixels, nil)
  }

  /// - Parameter colours: RGBA of each index, where pixels are indices.
  static func encoded(
    _ image: inout png_image, _ pixels: [UInt8], _ colours: [UInt8]?
  ) throws(EvaluationError) -> Data {
    defer { png_image_free(&image) }
    // The first call gives the size that a second one fills.
    var size = png_alloc_size_t(0)
    guard png_image_write_to_memory(&image, nil, &size, 0, pixels, 0, colours) != 0 else {
      throw .pictureNotEncoded(reason: Picture.message(of: image))
    }
    var bytes = [UInt8](repeating: 0, count: Int(size))
    guard png_image_write_to_memory(&image, &bytes, &size, 0, pixels, 0, colours) != 0 else {
      throw .pictureNotEncoded(reason: Picture.message(of: image))
    }
    return Data(bytes.prefix(Int(size)))
  }

  /// Writes the PNG whole or not at all.
  public func write(to path: String) throws {
    try AtomicFile.write(png(), to: path)
  }

  private static func message(of image: png_image) -> String {
    withUnsafeBytes(of: image.message) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
  }
}

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
