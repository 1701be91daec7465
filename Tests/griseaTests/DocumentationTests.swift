import Foundation
import TestSupport
import Testing

/// The README and the articles must lead their readers somewhere, and to commands that exist.
@Suite("Documentation")
struct DocumentationTests {
  /// Paths from the project's folder.
  private static let documents: [String] = {
    let articles = (try? FileManager.default.contentsOfDirectory(atPath: path(catalogue))) ?? []
    return ["README.md"] + articles.filter { $0.hasSuffix(".md") }.sorted().map { "\(catalogue)/\($0)" }
  }()

  private static let catalogue = "Sources/grisea/Documentation.docc"

  private static func path(_ name: String) -> String {
    URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../\(name)").standardized.path
  }

  private func text(_ document: String) throws -> String {
    String(decoding: try Data(contentsOf: URL(filePath: Self.path(document))), as: UTF8.self)
  }

  @Test("the README is short enough to be read")
  func length() throws {
    let text = try text("README.md")
    #expect(text.split(separator: "\n", omittingEmptySubsequences: false).count <= 221)
    #expect(text.utf8.count <= 12_000)
  }

  @Test("links lead to files that are there, and to headings that they have", arguments: documents)
  func links(document: String) throws {
    let folder = (document as NSString).deletingLastPathComponent
    let text = try text(document)
    for target in Markdown.links(in: text) where !target.contains("://") {
      let parts = target.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
        .map(String.init)
      let file = parts[0].isEmpty ? document : (folder as NSString).appendingPathComponent(parts[0])
      #expect(FileManager.default.fileExists(atPath: Self.path(file)), "\(document): \(target)")
      guard parts.count > 1 else { continue }
      let headings = try Markdown.anchors(in: self.text(file))
      #expect(headings.contains(parts[1]), "\(document): \(target), of \(headings.sorted())")
    }
    for name in Markdown.articleLinks(in: text) {
      #expect(Self.documents.contains("\(Self.catalogue)/\(name).md"), "\(document): doc:\(name)")
    }
  }

  @Test("each article can be reached from the README and from the catalogue's first page")
  func index() throws {
    let readme = Set(Markdown.links(in: try text("README.md")))
    let page = Set(Markdown.articleLinks(in: try text("\(Self.catalogue)/grisea.md")))
    for document in Self.documents.dropFirst() where !document.hasSuffix("/grisea.md") {
      let name = ((document as NSString).lastPathComponent as NSString).deletingPathExtension
      #expect(readme.contains(document), "README: \(document)")
      #expect(page.contains(name), "grisea.md: \(name)")
    }
  }

  @Test("tests that the documentation names are there", arguments: documents)
  func tests(document: String) throws {
    let files = try FileManager.default.subpathsOfDirectory(atPath: Self.path("Tests"))
    let names = Set(files.map { (($0 as NSString).lastPathComponent as NSString).deletingPathExtension })
    for match in try text(document).matches(of: /\b[A-Z]\w+Tests\b/) {
      #expect(names.contains(String(match.0)), "\(document): \(match.0)")
    }
  }

  /// `ModulesTests` compares the imports; the order tells readers which way they run.
  @Test("the table of modules begins with the libraries of Package.swift, in the same order")
  func modules() throws {
    let package = try text("Package.swift")
    let list = try #require(package.firstMatch(of: /let libraries = \[([^\]]*)\]/))
    let libraries = list.1.matches(of: /"(\w+)"/).map { String($0.1) }
    let rows = try text("\(Self.catalogue)/Modules.md").split(separator: "\n")
      .compactMap { $0.prefixMatch(of: /\| `(\w+)` \|/) }.map { String($0.1) }
    #expect(libraries.count > 5)
    #expect(Array(rows.prefix(libraries.count)) == libraries)
  }

  /// In an empty folder a command fails for want of its files, and does no work. Only words that its parser refuses make
  /// it end with 64, as wrong usage does everywhere.
  @Test("commands parse", arguments: documents)
  func commands(document: String) throws {
    let place = try Workplace()
    // No `sbatch` either.
    let folder = try #require(Workplace.programs, "the tests lie beside the executable")
    for words in Markdown.commands(in: try text(document)) {
      for (option, name) in zip(words, words.dropFirst())
      where option.hasSuffix("-table") && name.hasSuffix(".tsv") {
        try place.write("index\tname\ttissue\n1\tcortex\tGM\n", to: name)
      }
      let outcome = try place.run("grisea", words, environment: ["PATH": folder])
      let command = "\(document): grisea \(words.joined(separator: " "))"
      #expect([0, 1].contains(outcome.status), "\(command): \(outcome.error.first ?? "")")
    }
  }

  @Test("commands are found in the documentation, with their quotes and continued lines taken away")
  func search() throws {
    let all = try Self.documents.flatMap { Markdown.commands(in: try text($0)) }
    #expect(all.count > 80, "\(all.count)")
    let names = Set(all.compactMap(\.first))
    for name in ["segment", "bids", "train", "evaluate", "associate", "run", "collect", "export"] {
      #expect(names.contains(name), "\(name)")
    }
    let example =
      "```sh\ngrisea a 'b c' \\\n  --d \"e\" > f  # g\n# grisea h\nls\n```\n`grisea i --j` `grisea k`\n"
    #expect(Markdown.commands(in: example) == [["a", "b c", "--d", "e"], ["i", "--j"]])
  }
}

/// What a page of Markdown refers to.
private enum Markdown {
  /// The blocks between fences, with the word behind the first fence, and all other lines.
  private static func parts(of text: String) -> (blocks: [(language: String, text: String)], prose: String) {
    var blocks: [(language: String, text: String)] = []
    var prose = ""
    var isInside = false
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix("```") {
        if !isInside { blocks.append((String(line.dropFirst(3)), "")) }
        isInside.toggle()
      } else if isInside {
        blocks[blocks.count - 1].text += line + "\n"
      } else {
        prose += line + "\n"
      }
    }
    return (blocks, prose)
  }

  /// Targets of links and pictures.
  static func links(in text: String) -> [String] {
    parts(of: text).prose.matches(of: /\]\(([^()\s]+)\)/).map { String($0.1) }
  }

  /// Names in `<doc:Name>`.
  static func articleLinks(in text: String) -> [String] {
    parts(of: text).prose.matches(of: /<doc:(\w+)>/).map { String($0.1) }
  }

  /// What links to headings end in: lower case, without punctuation, blanks as dashes.
  static func anchors(in text: String) -> Set<String> {
    let headings = parts(of: text).prose.split(separator: "\n").filter { $0.hasPrefix("#") }
    return Set(
      headings.map { heading in
        let words = heading.drop { $0 == "#" }.drop { $0 == " " }.lowercased()
        let kept = words.filter { $0.isLetter || $0.isNumber || "-_ ".contains($0) }
        return String(kept.map { $0 == " " ? "-" : $0 })
      })
  }

  /// The words after `grisea` of each command: of lines in blocks of `sh`, and of code within a line that has options.
  static func commands(in text: String) -> [[String]] {
    let (blocks, prose) = parts(of: text)
    let scripts = blocks.filter { $0.language == "sh" }.map { $0.text.replacing("\\\n", with: " ") }
    let lines = scripts.flatMap { $0.split(separator: "\n").map(String.init) }
    let inline = prose.replacing("\n", with: " ").matches(of: /`(grisea \w[^`]*)`/).map { String($0.1) }
      .filter { $0.contains(" --") && !$0.contains("…") }
    return (lines + inline).filter { $0.hasPrefix("grisea ") }.map { Array(words(of: $0).dropFirst()) }
  }

  /// A line as the shell splits it, up to a comment or a redirection; the documentation uses no variables.
  private static func words(of line: String) -> [String] {
    var words: [String] = []
    var word: String?
    var quote: Character?
    for character in line {
      if let open = quote {
        if character == open { quote = nil } else { word = (word ?? "") + String(character) }
      } else if character == "'" || character == "\"" {
        quote = character
        word = word ?? ""
      } else if character == " " {
        if let whole = word { words.append(whole) }
        word = nil
      } else if word == nil, character == "#" || character == ">" {
        return words
      } else {
        word = (word ?? "") + String(character)
      }
    }
    return words + [word].compactMap { $0 }
  }
}
