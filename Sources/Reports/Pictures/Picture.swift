import CPNG
import Evaluation
import Files
import Foundation

/// An RGB picture, rows from the top, pixels from the left: `pixels[3 * (x + width * y) + channel]`.
public struct Picture: Hashable, Sendable {
  /// Size in pixels.
  public let width, height: Int
  /// The channels of all pixels.
  public private(set) var pixels: [UInt8]

  /// Creates a black picture.
  public init(width: Int, height: Int) {
    precondition(width > 0 && height > 0, "a picture needs at least one pixel")
    self.width = width
    self.height = height
    pixels = [UInt8](repeating: 0, count: 3 * width * height)
  }

  /// Joins at least one picture from left to right, aligned at the top.
  /// - Parameter gap: distance of the pictures in pixels.
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

  /// Copies another picture to the position (x, y) of its upper left pixel; it must fit.
  public mutating func draw(_ other: Picture, x: Int, y: Int) {
    for row in 0..<other.height {
      let source = 3 * other.width * row
      let target = 3 * (x + width * (y + row))
      pixels.replaceSubrange(
        target..<target + 3 * other.width, with: other.pixels[source..<source + 3 * other.width])
    }
  }

  /// Returns the picture as PNG with 8 bits per channel.
  /// - Throws: `EvaluationError.pictureNotEncoded`.
  public func png() throws(EvaluationError) -> Data {
    var image = png_image()
    image.version = UInt32(PNG_IMAGE_VERSION)
    image.width = UInt32(width)
    image.height = UInt32(height)
    image.format = UInt32(PNG_FORMAT_FLAG_COLOR)  // RGB: a macro in C that Swift does not import
    return try Picture.encoded(&image, pixels, nil)
  }

  /// Returns an image as PNG.
  /// - Parameter colours: RGBA of each index if the pixels are indices.
  static func encoded(
    _ image: inout png_image, _ pixels: [UInt8], _ colours: [UInt8]?
  ) throws(EvaluationError) -> Data {
    defer { png_image_free(&image) }
    // The first call computes the size, the second one writes the bytes.
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

  /// Writes the PNG completely or not at all.
  /// - Throws: `EvaluationError.pictureNotEncoded`; `WriteError` if the file cannot be written.
  public func write(to path: String) throws {
    try AtomicFile.write(png(), to: path)
  }

  private static func message(of image: png_image) -> String {
    withUnsafeBytes(of: image.message) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
  }
}

/// A picture with a color table, rows from the top: each pixel is an index into the table. Its file is much smaller
/// than that of an RGB picture.
struct IndexedPicture {
  let width, height: Int
  /// Red, green, blue and opacity of each index; at most 256.
  let colours: [SIMD4<UInt8>]
  var pixels: [UInt8]

  /// Creates a picture whose pixels all have index 0.
  init(width: Int, height: Int, colours: [SIMD4<UInt8>]) {
    precondition(
      width > 0 && height > 0 && (1...256).contains(colours.count),
      "needed at least one pixel and 1 to 256 colors")
    self.width = width
    self.height = height
    self.colours = colours
    pixels = [UInt8](repeating: 0, count: width * height)
  }

  /// Copies rows of `width` pixels to the position (x, y) of their upper left pixel; they must fit.
  mutating func draw(_ other: [UInt8], width: Int, x: Int, y: Int) {
    for row in 0..<other.count / width {
      let start = x + self.width * (y + row)
      pixels.replaceSubrange(start..<start + width, with: other[row * width..<(row + 1) * width])
    }
  }

  /// Returns the picture as PNG with as few bits per pixel as the color table allows.
  /// - Throws: `EvaluationError.pictureNotEncoded`.
  func png() throws(EvaluationError) -> Data {
    let map = colours.flatMap { [$0.x, $0.y, $0.z, $0.w] }
    var image = png_image()
    image.version = UInt32(PNG_IMAGE_VERSION)
    image.width = UInt32(width)
    image.height = UInt32(height)
    // RGBA with a color table: the constant is a C macro that Swift does not import.
    image.format = UInt32(PNG_FORMAT_FLAG_COLOR | PNG_FORMAT_FLAG_ALPHA | PNG_FORMAT_FLAG_COLORMAP)
    image.colormap_entries = UInt32(colours.count)
    return try Picture.encoded(&image, pixels, map)
  }
}
