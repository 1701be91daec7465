import Foundation
import Reports
import Testing

@Suite("ReportPage")
struct ReportPageTests {
  private static let hostile = "<script>alert(\"x\")</script> & 'y' {{name}}"

  private func page(_ content: [any ReportContent]) -> String {
    ReportPage(
      title: Self.hostile, summary: Self.hostile,
      sections: [ReportSection(id: "part", title: Self.hostile, content)], footer: Self.hostile
    ).html
  }

  private var card: ReportCard {
    var card = ReportCard(name: Self.hostile)
    card.verdict = Self.hostile
    card.doubts = [Self.hostile, Self.hostile]
    card.note = Self.hostile
    card.facts = [.init(Self.hostile, Self.hostile, meaning: Self.hostile)]
    card.links = [.init(Self.hostile, address: "a%20b\"c")]
    card.views = SliceViews(
      scan: Data([1, 2, 3]), layers: [.init(name: Self.hostile, colour: [1, 2, 3], png: Data([4, 5]))],
      width: 43, height: 30, gap: 1,
      strips: [
        .init(
          name: Self.hostile, top: 0, width: 10, height: 30, count: 4, left: Self.hostile,
          right: Self.hostile)
      ])
    return card
  }

  private var everything: [any ReportContent] {
    let table = ReportTable(
      caption: Self.hostile, columns: [.init(Self.hostile, isNumber: false), .init("n")],
      rows: [.init([Self.hostile, "1"], link: "#part", isDoubtful: true)])
    let plots = ReportPlots([
      StripPlot(title: Self.hostile, values: [(Self.hostile, 1), ("b", .nan), ("c", 3)]),
      DifferencePlot(
        title: Self.hostile, unit: Self.hostile, points: [.init(name: Self.hostile, first: 2, second: 1)],
        bias: 1, limits: (0, 2)),
      CurvePlot(
        title: Self.hostile, axis: Self.hostile,
        curves: [.init(name: Self.hostile, points: [(1, 2), (2, 1)])]),
      ScatterPlot(
        title: Self.hostile, points: [.init(name: Self.hostile, measured: 1, predicted: 2)],
        verdict: Self.hostile),
      ClassPlot(
        title: Self.hostile, classes: [.init(name: Self.hostile, values: [(Self.hostile, 0.2)])],
        boundary: 0.5, verdict: Self.hostile),
      HistogramPlot(title: Self.hostile, values: [1, 2], mark: 1, words: Self.hostile),
      RegressionPlot(
        xTitle: Self.hostile, yTitle: Self.hostile, points: [.init(name: Self.hostile, x: 1, y: 2)],
        words: Self.hostile),
      DesignPlot([.init(name: Self.hostile, values: [1, 2], isTested: true)]),
    ])
    let picture = ReportPicture(
      png: Data([6]), width: 2, height: 3, caption: Self.hostile, description: Self.hostile,
      scale: .init(colours: [[1, 2, 3]], low: Self.hostile, middle: Self.hostile, high: Self.hostile))
    let part = ReportPart(title: Self.hostile, [ReportList([Self.hostile]), picture])
    let key = ReportKey([(Self.hostile, [1, 2, 3])], text: Self.hostile)
    return [ReportParagraph(Self.hostile), table, plots, card, part, key, ReportRatings()]
  }

  @Test("no text becomes markup, wherever it stands, and none is lost")
  func escaped() {
    let html = page(everything)
    #expect(!html.contains("<script>alert"))
    #expect(!html.contains("alert(\"x\")"))
    #expect(html.components(separatedBy: "&lt;script&gt;alert").count > 20)
    #expect(html.contains("{{name}}"), "what looks like a template's tag is text too")
  }

  @Test("nothing is fetched: no address but of the page itself, its files and data within")
  func selfContained() throws {
    let html = page(everything)
    let addresses = html.matches(of: /(?:href|src)="([^"]*)"/).map { String($0.1) }
    #expect(
      addresses.allSatisfy {
        $0.hasPrefix("#") || $0.hasPrefix("data:image/png;base64,") || $0.hasPrefix("a%20b")
      })
    #expect(html.contains("default-src 'none'"))
    #expect(html.contains("data:image/png;base64,\(Data([1, 2, 3]).base64EncodedString())\""))
  }

  @Test("the same content gives the same bytes, and names that differ give other marks")
  func deterministic() {
    #expect(page(everything) == page(everything))
    let names = ["sub-1", "sub_1", "sub 1", "sub.1", "süb-1", "sub-1_", "sub_45_1"]
    #expect(Set(names.map(ReportCard.id)).count == names.count)
  }

  @Test("a plot without values, or with one, is drawn")
  func fewValues() {
    for values in [[], [("a", 5.0)], [("a", 5), ("b", 5)]] {
      let html = StripPlot(title: "t", values: values).html
      #expect(!html.contains("nan") && !html.contains("inf"))
      #expect(html.components(separatedBy: "<circle").count == values.count + 1)
    }
    for values in [[], [1.0], [1, 1], [.nan]] {
      let html = HistogramPlot(title: "t", values: values, mark: values.first, words: "").html
      #expect(!html.contains("nan") && !html.contains("inf"))
    }
    let parts = [
      ScatterPlot(title: "t", points: [], verdict: "").html,
      ClassPlot(title: "t", classes: [.init(name: "a", values: [])], boundary: 0.5, verdict: "").html,
      RegressionPlot(xTitle: "x", yTitle: "y", points: [.init(name: "a", x: .nan, y: 1)], words: "").html,
      DesignPlot([]).html, DesignPlot([.init(name: "a", values: [], isTested: false)]).html,
    ]
    #expect(parts.allSatisfy { !$0.contains("nan") && !$0.contains("inf") })
    let empty = DifferencePlot(title: "t", unit: "ml", points: [], bias: nil, limits: nil).html
    #expect(!empty.contains("nan") && !empty.contains("inf"))
  }

  @Test("the bars of a histogram hold each value once, the ends too")
  func histogram() throws {
    let html = HistogramPlot(
      title: "t", values: [0] + Array(repeating: 0.5, count: 3) + [1], mark: 2, words: "w"
    ).html
    let bars = try html.matches(of: /class="bar"[^>]*height="([0-9.]+)"/).map {
      try #require(Double($0.1))
    }
    #expect(bars.count == 3)
    #expect(abs(bars[1] / bars[0] - 3) < 0.01 && bars[0] == bars[2])
  }

  @Test("the line of a scatter plot is that of least squares, and each dot is a subject")
  func regression() throws {
    // By hand: the slope is 15 over 10, and the means are 3 and 4.
    let points = zip([1.0, 2, 3, 4, 5], [1.0, 3, 3, 6, 7]).map {
      RegressionPlot.Point(name: "a", x: $0, y: $1)
    }
    let plot = RegressionPlot(xTitle: "x", yTitle: "y", points: points, words: "w")
    let line = try #require(plot.line)
    #expect(abs(line.slope - 1.5) < 1e-12 && abs(line.intercept + 0.5) < 1e-12)
    #expect(plot.html.components(separatedBy: "<circle").count == 6)
  }

  @Test("a design matrix has a field for each scan and regressor, bright at the largest value")
  func design() {
    let html = DesignPlot([
      .init(name: "intercept", values: [1, 1, 1], isTested: false),
      .init(name: "age", values: [20, 40, 30], isTested: true),
    ]).html
    #expect(html.components(separatedBy: "<rect").count == 7)
    let colours = html.matches(of: /fill="rgb\(([0-9]+),/).map { String($0.1) }
    #expect(colours == ["235", "235", "235", "40", "235", "137"])
    #expect(html.contains("2 age (tested)"))
  }

  @Test("a prediction that is right lies on the dashed line")
  func scatter() throws {
    let points = [(1.0, 1.0), (2, 2), (3, 1)].map {
      ScatterPlot.Point(name: "a", measured: $0.0, predicted: $0.1)
    }
    let html = ScatterPlot(title: "t", points: points, verdict: "v").html
    let line = try #require(
      html.firstMatch(of: /class="limit" x1="([0-9.]+)" y1="([0-9.]+)" x2="([0-9.]+)" y2="([0-9.]+)"/))
    let ends = try [line.1, line.2, line.3, line.4].map { try #require(Double($0)) }
    let dots = try html.matches(of: /cx="([0-9.]+)" cy="([0-9.]+)"/).map {
      (try #require(Double($0.1)), try #require(Double($0.2)))
    }
    let slope = (ends[3] - ends[1]) / (ends[2] - ends[0])
    let misses = dots.map { abs($0.1 - (ends[1] + slope * ($0.0 - ends[0]))) }
    #expect(misses[0] < 0.2 && misses[1] < 0.2 && misses[2] > 20)
  }

  @Test("dots lie where their values are: in proportion between the numbers at the axis")
  func places() throws {
    let html = StripPlot(title: "t", values: [("a", 0), ("b", 25), ("c", 100)]).html
    let dots = try html.matches(of: /cx="([0-9.]+)"/).map { try #require(Double($0.1)) }
    #expect(dots.count == 3)
    #expect(abs((dots[1] - dots[0]) / (dots[2] - dots[0]) - 0.25) < 0.002)
    // The tick of 50 lies in the middle of the dots of 0 and 100.
    let tick = try #require(html.firstMatch(of: /<text x="([0-9.]+)"[^>]*>50</))
    #expect(abs(try #require(Double(tick.1)) - (dots[0] + dots[2]) / 2) < 0.2)
  }
}
