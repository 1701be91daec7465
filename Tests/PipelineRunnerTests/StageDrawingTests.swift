import Foundation
import PipelineRunner
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

@Suite("Drawing of a pipeline")
struct StageDrawingTests {
  /// What a reader of XML finds: the classes of the elements, and all text.
  private final class Reading: NSObject, XMLParserDelegate {
    var classes: [String] = []
    var text = ""

    func parser(
      _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
      attributes: [String: String]
    ) {
      if let kind = attributes["class"] { classes.append(kind) }
    }

    func parser(_ parser: XMLParser, foundCharacters string: String) { text += string }
  }

  private func reading(_ graph: StageGraph, title: String = "p") -> (isWhole: Bool, reading: Reading) {
    let (parser, reading) = (XMLParser(data: Data(StageDrawing(graph, title: title).svg.utf8)), Reading())
    parser.delegate = reading
    return (parser.parse(), reading)
  }

  @Test("each stage is a box, and an arrow leads to each stage that reads what another has made")
  func arrows() throws {
    let graph = try StageGraphTests.graph([
      .init(inputs: ["/etc/passwd"], outputs: ["no/a.nii", "no/b.tsv"]),
      .init(inputs: ["no/a.nii"], outputs: ["no/c"]),
      .init(inputPatterns: ["no/*.tsv"], outputs: ["no/d"]),
      .init(outputs: ["no/e"]),
    ])
    let (isWhole, found) = reading(graph)
    #expect(isWhole)
    #expect(found.classes.count { $0 == "stage" } == 4)
    // 1 to 2 by name, 1 to 3 by pattern.
    #expect(found.classes.count { $0 == "arrow" } == 2)
    for file in ["/etc/passwd", "no/a.nii", "no/b.tsv", "no/e"] { #expect(found.text.contains(file)) }
  }

  @Test("names with signs of XML are shown as they are")
  func signs() throws {
    let graph = try StageGraphTests.graph([.init(outputs: ["a<b>&\"c\".nii"])])
    let (isWhole, found) = reading(graph, title: "<&>")
    #expect(isWhole)
    #expect(found.text.contains("a<b>&\"c\".nii") && found.text.contains("<&>"))
  }

  @Test("of many files some are named and the others counted; a pipeline without stages is an empty picture")
  func many() throws {
    let graph = try StageGraphTests.graph([.init(outputs: (1...20).map { "no/\($0)" })])
    #expect(reading(graph).reading.text.contains("and 14 more"))
    let (isWhole, found) = reading(try StageGraphTests.graph([]))
    #expect(isWhole && found.classes.isEmpty)
  }
}
