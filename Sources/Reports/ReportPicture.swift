import Foundation

/// A picture embedded in the page, with its color scale.
public struct ReportPicture: ReportContent {
  /// A color scale.
  public struct Scale {
    /// Red, green and blue of fields of equal width, from left to right.
    public let colours: [SIMD3<UInt8>]
    /// Labels at the left end, in the middle and at the right end.
    public let low, middle, high: String

    /// Creates a scale.
    public init(colours: [SIMD3<UInt8>], low: String, middle: String, high: String) {
      self.colours = colours
      self.low = low
      self.middle = middle
      self.high = high
    }
  }

  private let png: Data
  private let width, height: Int
  private let caption, description: String
  private let scale: Scale?

  /// Creates a picture.
  /// - Parameters:
  ///   - png: the PNG file.
  ///   - width: width in pixels.
  ///   - height: height in pixels.
  ///   - caption: the caption.
  ///   - description: the text description for screen readers.
  ///   - scale: the color scale; `nil` for none.
  public init(
    png: Data, width: Int, height: Int, caption: String, description: String, scale: Scale? = nil
  ) {
    self.png = png
    self.width = width
    self.height = height
    self.caption = caption
    self.description = description
    self.scale = scale
  }

  /// The figure as HTML.
  public var html: String {
    """
    <figure><img class="picture" alt="\(description.escaped)" width="\(width)" height="\(height)" \
    src="data:image/png;base64,\(png.base64EncodedString())">
    \(scale.map(bar) ?? "")<figcaption>\(caption.escaped)</figcaption></figure>
    """
  }

  private func bar(_ scale: Scale) -> String {
    var drawing = Drawing()
    drawing.fields(scale.colours)
    drawing.text(scale.low, 0, 24, anchor: "start")
    drawing.text(scale.middle, Drawing.width / 2, 24)
    drawing.text(scale.high, Drawing.width, 24, anchor: "end")
    let words = "Color scale from \(scale.low) to \(scale.high)"
    return drawing.svg("plot scale", description: words, height: 30) + "\n"
  }
}
