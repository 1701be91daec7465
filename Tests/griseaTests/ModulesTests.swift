import Foundation
import TestSupport
import Testing

/// The table of modules in the documentation beside the package's manifest.
@Suite("Modules")
struct ModulesTests {
  /// What `swift package dump-package` prints, as far as imports go.
  private struct Manifest: Decodable {
    var products: [Product]
    var targets: [Target]

    struct Product: Decodable {
      var name: String
      var type: [String: [String]?]
    }

    struct Target: Decodable {
      var name, type: String
      var dependencies: [Dependency]
    }

    /// `{"byName": [name, null]}` or `{"product": [name, package, null, null]}`.
    struct Dependency: Decodable {
      var name: String

      init(from decoder: any Decoder) throws {
        let kinds = try decoder.singleValueContainer().decode([String: [String?]].self)
        name = (kinds.values.first?.first ?? nil) ?? ""
      }
    }

    var libraries: [String] { products.filter { $0.type["library"] != nil }.map(\.name) }

    /// Reads the manifest in a folder of its own: the test may run inside a `swift test` that holds `.build`.
    init() throws {
      let scratch = try Workplace()
      defer { scratch.remove() }
      let text = try ExternalProgram.output([
        "swift", "package", "--package-path", SampleData.repository(""), "--scratch-path", scratch.path,
        "dump-package",
      ])
      self = try JSONDecoder().decode(Manifest.self, from: Data(text.utf8))
    }
  }

  /// Imports by target, from rows such as `` | `Files` | Atomic writing. | `COpenSSL` | ``.
  private static func table(libraries: [String]) throws -> [String: Set<String>] {
    let path = SampleData.repository("Sources/grisea/Documentation.docc/Modules.md")
    let text = try String(contentsOfFile: path, encoding: .utf8)
    var imports: [String: Set<String>] = [:]
    for row in text.split(separator: "\n") where row.hasPrefix("| `") {
      let cells = row.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
      try #require(cells.count == 3, "\(row)")
      let names = cells[2].split(separator: "`").map(String.init).filter { $0.allSatisfy(\.isLetter) }
      imports[cells[0].replacing("`", with: "")] =
        Set(names).union(cells[2].hasPrefix("all libraries") ? libraries : [])
    }
    return imports
  }

  @Test("the documentation's table has the imports of Package.swift")
  func imports() throws {
    let manifest = try Manifest()
    let documented = try Self.table(libraries: manifest.libraries)
    let targets = manifest.targets.filter { $0.type != "test" }
    #expect(Set(documented.keys) == Set(targets.map(\.name)))
    for target in targets {
      #expect(documented[target.name] == Set(target.dependencies.map(\.name)), "\(target.name)")
    }
  }

  @Test("each library has tests of its own name")
  func tests() throws {
    let manifest = try Manifest()
    let tests = manifest.targets.filter { $0.type == "test" }.map(\.name)
    for library in manifest.libraries { #expect(tests.contains(library + "Tests"), "\(library)") }
  }

  @Test("a source imports only what its target lists")
  func sources() throws {
    let manifest = try Manifest()
    let own = Set(manifest.targets.map(\.name))
    for target in manifest.targets where target.type != "test" && target.name != "TestSupport" {
      let allowed = Set(target.dependencies.map(\.name))
      let folder = SampleData.repository("Sources/" + target.name)
      for name in try FileManager.default.subpathsOfDirectory(atPath: folder) where name.hasSuffix(".swift") {
        let text = try String(contentsOfFile: folder + "/" + name, encoding: .utf8)
        let imports = text.split(separator: "\n").compactMap { line in
          line.wholeMatch(of: /(?:[a-z@]+ )*import (\w+)/).map { String($0.1) }
        }
        for name in imports where own.contains(name) {
          #expect(allowed.contains(name), "\(target.name): \(name)")
        }
      }
    }
  }
}
