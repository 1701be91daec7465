import Foundation
import Imaging
import Morphometry
import Statistics
import TestSupport
import Testing

@Suite("Atlases of others")
struct AtlasTests {
  private let place: Workplace
  private let grid = Grid(shape: [4, 2, 2], affine: Affine(spacing: [2, 2, 2]))

  init() throws {
    place = try Workplace()
    try LabelMap(grid: grid, labels: (0..<grid.count).map { UInt16($0 % 4) }).write(to: place("atlas.nii.gz"))
  }

  private func atlas(_ names: String, image: String = "atlas.nii.gz") throws -> Atlas {
    try place.write(names, to: "names")
    return try Atlas(AtlasFiles(image: place(image), labels: place("names")))
  }

  @Test(
    "names are read from the table of BIDS and from the lists of MRIcron",
    arguments: [
      "index\tname\n1\tPrecentral_L\n2\tFrontal pole\n", "name\tindex\nPrecentral_L\t1\nFrontal pole\t2\n",
      "1 Precentral_L 2001\n2 Frontal pole 2002\n", "1\tPrecentral_L\r\n2\tFrontal pole\r\n",
      "# labels\n1 Precentral_L\n2 Frontal pole\n",
    ])
  func names(text: String) throws {
    let atlas = try atlas(text)
    #expect(atlas.region(at: [2, 0, 0]) == "Precentral_L")
    #expect(atlas.region(at: [4, 0, 0]) == "Frontal pole")
    #expect(atlas.region(at: [6, 0, 0]) == "label 3")
    let regions = try RegionAtlas(atlas, path: "names").regions
    #expect(regions.map(\.name) == ["Precentral_L", "Frontal pole"] && regions.map(\.code) == [1, 2])
  }

  @Test("a label with two names, and a name of two labels, are refused")
  func twice() throws {
    #expect(
      throws: StatisticsError.badAtlas(path: place("names"), reason: "label 1 has two names, `A` and `B`")
    ) { try atlas("1 A\n1 B\n") }
    let found = try atlas("1 A\n2 A\n")
    #expect(throws: StatisticsError.self) { try RegionAtlas(found, path: "names") }
    #expect(found.unnamedLabels == [3])
  }

  @Test("a file without names is refused", arguments: ["", "one two\n", "index\tlabel\n"])
  func refused(text: String) { #expect(throws: StatisticsError.self) { try atlas(text) } }

  @Test("the license is that of the JSON file, else of a comment, else of a known atlas, else not stated")
  func license() throws {
    let image = try place.bytes("atlas.nii.gz")
    try place.write(image, to: "aal.nii.gz")
    #expect(try atlas("1 a").license.hasPrefix("not stated"))
    #expect(try atlas("1 a", image: "aal.nii.gz").license.contains("GNU GPL"))
    #expect(try atlas("# License: CC0\n1 a").license == "License: CC0")
    try place.write("{\"License\": \"CC BY 4.0\"}", to: "atlas.json")
    #expect(try atlas("# License: CC0\n1 a").license == "CC BY 4.0")
    // The name of the folder has the ending too.
    try place.write(image, to: "all.nii.gz/atlas.nii.gz")
    try place.write("{\"License\": \"CC0\"}", to: "all.nii.gz/atlas.json")
    #expect(try atlas("1 a", image: "all.nii.gz/atlas.nii.gz").license == "CC0")
  }

  @Test(
    "Debian's AAL has 116 regions, with the left precentral gyrus in its place",
    .enabled(if: FileManager.default.fileExists(atPath: AtlasTests.aal)))
  func automatedAnatomicalLabeling() throws {
    let atlas = try Atlas(AtlasFiles(image: Self.aal, labels: Self.aal.replacing(".gz", with: ".txt")))
    #expect(try RegionAtlas(atlas, path: "aal").regions.count == 116)
    #expect(atlas.region(at: [-39, -6, 51]) == "Precentral_L")
  }

  private static let aal = "/usr/share/mricron/templates/aal.nii.gz"
}
