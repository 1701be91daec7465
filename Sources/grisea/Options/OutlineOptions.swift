import ArgumentParser
import Imaging
import Reports

/// The tissues that pictures and reports show.
struct OutlineOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Outline these tissues in pictures and reports. (default: GM)", valueName: "GM,WM,CSF"))
  var outline: String?

  func validate() throws {
    guard let outline else { return }
    let names = TissueLayer.all.map(\.name)
    let unknown = Self.words(outline).first { !names.contains($0) }
    guard unknown == nil, !Self.words(outline).isEmpty else {
      throw ValidationError(
        "--outline \(outline): needed some of \(names.joined(separator: ",")), found \(unknown ?? "none")")
    }
  }

  /// The tissues, in the order of their labels.
  var layers: [TissueLayer] {
    guard let outline else { return TissueLayer.grayMatter }
    let words = Self.words(outline)
    return TissueLayer.all.filter { words.contains($0.name) }
  }

  private static func words(_ text: String) -> [String] {
    text.uppercased().split(separator: ",").map(String.init)
  }
}
