import Files
import Foundation
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

@Suite("SVGElement")
struct SVGElementTests {
  /// What a reader of XML finds: elements with their attributes, and all text.
  private final class Reading: NSObject, XMLParserDelegate {
    var elements: [(name: String, attributes: [String: String])] = []
    var text = ""

    func parser(
      _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
      attributes: [String: String]
    ) { elements.append((name, attributes)) }

    func parser(_ parser: XMLParser, foundCharacters string: String) { text += string }
  }

  @Test(
    "a reader of XML finds the elements, the attributes and the text that were put in, whatever they contain")
  func markup() {
    let hostile = "<a> & \"b\" 'c'"
    let drawing = SVGElement(
      "svg", ["aria-label": hostile],
      children: [
        SVGElement("rect", ["x": 1.25, "y": -0.04, "width": 3]), SVGElement("text", text: hostile),
      ])
    let (parser, reading) = (XMLParser(data: Data(drawing.markup.utf8)), Reading())
    parser.delegate = reading
    #expect(parser.parse())
    #expect(reading.elements.map(\.name) == ["svg", "rect", "text"])
    #expect(reading.elements[0].attributes == ["aria-label": hostile])
    #expect(reading.text.trimmingCharacters(in: .whitespacesAndNewlines) == hostile)
  }

  @Test("numbers have one decimal at most, and no sign of zero")
  func numbers() {
    let values = [1, 1.25, -0.04, 2.96, 1e6, .nan, .infinity].map { ($0 as Double).svgText }
    #expect(values == ["1", "1.3", "0", "3", "1000000", "0", "0"])
  }
}
