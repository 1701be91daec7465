/// An element of an SVG drawing, with its attributes in order and its content.
///
/// Texts and attributes are escaped, so that no name of a file or a subject can become markup.
package struct SVGElement {
  private let name: String
  private let attributes: [(name: String, value: String)]
  private let content: [String]

  /// Creates an element.
  /// - Parameters:
  ///   - name: the name, such as `line`.
  ///   - attributes: names and values, in the order in which they are written.
  ///   - text: text inside the element; `nil` for none.
  ///   - children: elements inside the element, after the text.
  package init(
    _ name: String, _ attributes: KeyValuePairs<String, any SVGValue> = [:], text: String? = nil,
    children: [SVGElement] = []
  ) {
    self.name = name
    self.attributes = attributes.map { ($0.key, $0.value.svgText) }
    content = [text.map(Self.escaped)].compactMap { $0 } + children.map(\.markup)
  }

  /// The element as text.
  package var markup: String {
    let start = attributes.reduce("<\(name)") { "\($0) \($1.name)=\"\(Self.escaped($1.value))\"" }
    guard let first = content.first else { return start + "/>" }
    return content.count == 1 && !first.hasPrefix("<")
      ? "\(start)>\(first)</\(name)>" : "\(start)>\n\(content.joined(separator: "\n"))\n</\(name)>"
  }

  /// Returns text escaped for XML and HTML, for content and quoted attributes.
  package static func escaped(_ text: String) -> String {
    text.reduce(into: "") { text, character in
      switch character {
      case "&": text += "&amp;"
      case "<": text += "&lt;"
      case ">": text += "&gt;"
      case "\"": text += "&quot;"
      case "'": text += "&#39;"
      default: text.append(character)
      }
    }
  }
}

/// A value of an SVG attribute.
package protocol SVGValue {
  /// The value as it is written, before it is escaped.
  var svgText: String { get }
}

extension String: SVGValue {
  package var svgText: String { self }
}

extension Int: SVGValue {
  package var svgText: String { String(self) }
}

extension Double: SVGValue {
  /// The number with at most one decimal, which is a tenth of a pixel; 0 for a number that is not finite.
  package var svgText: String {
    guard isFinite else { return "0" }
    let tenths = (self * 10).rounded()
    return tenths.truncatingRemainder(dividingBy: 10) == 0
      ? String(Int(tenths / 10)) : String(tenths / 10)
  }
}
