import Foundation
import Imaging
import TestSupport
import Testing

/// `normalize` as a batch, and `regions`, on heads that are formulas.
@Suite("grisea normalize")
struct NormalizeTests {
  private let place: Workplace

  init() throws {
    place = try Workplace()
    try place.writeTemplate()
    for (number, subject) in ["sub-1", "sub-2", "sub-3"].enumerated() {
      let head = TissueHeads(shift: [Double(6 * number), -4, 2], phase: 0.15 * Double(number))
      try place.write(head, stem: "maps/\(subject)/anat/\(subject)")
    }
  }

  private func normalize(_ more: String = "", to folder: String = "out") throws -> Workplace.Outcome {
    try place.grisea(
      "normalize maps/sub-*/anat/*_label-GM_probseg.nii.gz --template tpl-shell --output \(folder) \(more)")
  }

  @Test("files that BIDS has no names for are added to the .bidsignore of a dataset, once")
  func ignored() throws {
    try place.write("{}", to: "out/dataset_description.json")
    try place.write("status.tsv\nmine.txt", to: "out/.bidsignore")
    for _ in 0..<2 { #expect(try normalize("--smoothing 0").status == 0) }
    #expect(
      try place.text("out/.bidsignore") == "status.tsv\nmine.txt\nnormalization.*\nregions.*\n*_xfm.*\n")
  }

  private func anat(_ subject: String) -> String { "out/\(subject)/anat/\(subject)" }

  private func sum(_ volume: Volume) -> Double {
    volume.voxels.reduce(0.0) { $0 + Double($1) } * volume.grid.voxelVolume
  }

  @Test("files have the names and sidecars of BIDS, and modulation keeps the volume of gray matter")
  func files() throws {
    let outcome = try normalize()
    #expect(outcome.status == 0, "\(outcome.error)")
    let stem = anat("sub-2")
    let spaced = "\(stem)_space-shell_res-3_label-GM"
    let images = [
      "\(spaced)_probseg", "\(spaced)_desc-modulated_probseg", "\(spaced)_desc-modulatedSmoothed8_probseg",
      "\(stem)_from-T1w_to-shell_mode-image_xfm", "\(stem)_from-shell_to-T1w_mode-image_xfm",
    ]
    for image in images {
      #expect(place.exists(image + ".nii.gz"), "\(image)")
      #expect(try place.text(image + ".json").contains("TemplateSHA256"))
    }
    let sidecar = try place.text(images[1] + ".json")
    for text in [
      "\"Modulation\" : \"all\"", "\"Units\" : \"ml per ml\"", "\"Resolution\" : \"3.0 mm isotropic\"",
    ] {
      #expect(sidecar.contains(text), "\(sidecar)")
    }
    // Volume is conserved by the determinant; 1 % is what linear interpolation at 3 mm may cost.
    let own = sum(try place.volume("maps/sub-2/anat/sub-2_label-GM_probseg.nii.gz"))
    #expect(abs(sum(try place.volume(images[1] + ".nii.gz")) / own - 1) < 0.01)
    #expect(try place.states() == ["sub-1 done", "sub-2 done", "sub-3 done"])
  }

  @Test("folders whose names have the characters of a pattern are found by their names")
  func brackets() throws {
    try FileManager.default.createDirectory(atPath: place("t[1]"), withIntermediateDirectories: false)
    try FileManager.default.moveItem(atPath: place("tpl-shell"), toPath: place("t[1]/tpl-shell"))
    let normalized = try place.grisea(
      "normalize maps/sub-1/anat/sub-1_label-GM_probseg.nii.gz --template t[1]/tpl-shell --output out")
    #expect(normalized.status == 0, "\(normalized.error)")
    try place.write("", to: "d[1]/sub-1_from-x_to-T1w_mode-image_xfm.nii.gz")
    let regions = try place.grisea("regions d[1] --output r --quiet")
    #expect(
      regions.error.last?.contains("d[1]/sub-1_label-GM_probseg.nii.gz does not exist") == true,
      "\(regions.error)")
  }

  @Test("homogeneity is the correlation with the mean of the other maps")
  func homogeneity() throws {
    #expect(try normalize("--smoothing 0").status == 0)
    let maps = try ["sub-1", "sub-2", "sub-3"].map {
      try place.volume("\(anat($0))_space-shell_res-3_label-GM_desc-modulated_probseg.nii.gz").voxels.map(
        Double.init)
    }
    let inside = maps[0].indices.filter { voxel in maps.contains { $0[voxel] > 0 } }
    let rows = try place.table("out/normalization.tsv")
    #expect(rows.map { $0["scan"] } == ["sub-1", "sub-2", "sub-3"])
    for number in 0..<3 {
      let x = inside.map { maps[number][$0] }
      let y = inside.map { voxel in
        maps.indices.filter { $0 != number }.reduce(0) { $0 + maps[$1][voxel] } / 2
      }
      let (meanX, meanY) = (x.reduce(0, +) / Double(x.count), y.reduce(0, +) / Double(y.count))
      let (a, b) = (x.map { $0 - meanX }, y.map { $0 - meanY })
      func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
      let expected = dot(a, b) / (dot(a, a) * dot(b, b)).squareRoot()
      let found = try #require(rows[number]["homogeneity"].flatMap(Double.init))
      #expect(abs(found - expected) < 1e-4)
      #expect(rows[number]["folded_voxels"] == "0")
    }
  }

  @Test("a scan without white matter does not stop the others; what is up to date is skipped")
  func resume() throws {
    let white = "maps/sub-2/anat/sub-2_label-WM_probseg.nii.gz"
    let bytes = try place.bytes(white)
    try place.remove(white)
    let first = try normalize()
    #expect(first.status == 1)
    #expect(first.error.contains { $0.contains("label-WM") }, "\(first.error)")
    #expect(try place.states() == ["sub-1 done", "sub-2 failed", "sub-3 done"])
    #expect(try place.table("out/normalization.tsv").count == 2)
    try place.write(bytes, to: white)
    #expect(try normalize("--threads 1").status == 0)
    #expect(try place.states() == ["sub-1 skipped", "sub-2 done", "sub-3 skipped"])
    #expect(try place.table("out/normalization.tsv").count == 3)
    // Maps in the template's space, which lie beside the scans' own, are no scans.
    let own = try place.grisea(
      "normalize maps/sub-*/anat/*_label-GM_probseg.nii.gz --template tpl-shell --output maps")
    #expect(own.status == 0)
    let again = try place.grisea(
      "normalize maps/sub-*/anat/*_label-GM_probseg.nii.gz --template tpl-shell --output maps")
    #expect(again.status == 0, "\(again.error)")
    #expect(try place.states("maps/status.tsv") == ["sub-1 skipped", "sub-2 skipped", "sub-3 skipped"])
    let changed = try normalize("--modulation none --smoothing 6.5")
    #expect(changed.status == 0)
    #expect(try place.table("out/status.tsv").allSatisfy { $0["reason"] == "arguments changed" })
    #expect(place.exists("\(anat("sub-1"))_space-shell_res-3_label-GM_desc-smoothed6p5_probseg.nii.gz"))
  }

  @Test("shards write the bytes of the whole batch, and collect writes the table")
  func shards() throws {
    #expect(try normalize(to: "whole").status == 0)
    for shard in 1...2 { #expect(try normalize("--shard \(shard)/2", to: "parts").status == 0) }
    #expect(try place.grisea("collect parts").status == 0)
    #expect(try place.results("parts") == place.results("whole"))
  }

  @Test("maps that are no probabilities fail by name")
  func noProbabilities() throws {
    let map = "maps/sub-2/anat/sub-2_label-GM_probseg.nii.gz"
    var volume = try place.volume(map)
    for index in volume.voxels.indices { volume.voxels[index] *= 100 }
    try volume.write(to: place(map))
    let outcome = try normalize("--smoothing 0")
    #expect(outcome.status == 1)
    #expect(
      outcome.error.contains { $0.contains("\(map): needed probabilities from 0 to 1, found") },
      "\(outcome.error)")
    #expect(try place.states() == ["sub-1 done", "sub-2 failed", "sub-3 done"])
  }

  @Test("regions of scans in several templates need the name of one")
  func spaces() throws {
    let place = try Workplace()
    for space in ["cohort", "MNI152NLin2009aSym"] {
      try place.write("", to: "out/sub-1/anat/sub-1_from-\(space)_to-T1w_mode-image_xfm.nii.gz")
    }
    let outcome = try place.grisea("regions out --output out")
    #expect(outcome.status == 1)
    #expect(
      outcome.error.last
        == "out: its scans were normalized to several templates; name one with --space: MNI152NLin2009aSym, cohort"
    )
    let one = try place.grisea("regions out --space cohort --output out")
    #expect(one.error.last?.contains("out/sub-1/anat/sub-1_label-GM_probseg.nii.gz does not exist") == true)
  }

  @Test("regions are measured in the scan's own space: halves of a moved head, whose sum is its gray matter")
  func regions() throws {
    #expect(try normalize("--smoothing 0").status == 0)
    let grid = TissueHeads.grid
    let halves = (0..<grid.count).map { UInt16($0 % grid.shape.x < grid.shape.x / 2 ? 1 : 2) }
    try LabelMap(grid: grid, labels: halves).write(to: place("halves.nii.gz"))
    try place.write("index\tname\n1\tLeft-half\n2\tRight-half\n", to: "halves.tsv")
    let outcome = try place.grisea("regions out --maps maps --atlas halves.nii.gz:halves.tsv --output out")
    #expect(outcome.output == ["out/regions.tsv"], "\(outcome.error)")
    #expect(try place.text("out/regions.json").contains("Left-half"))
    for (number, row) in try place.table("out/regions.tsv").enumerated() {
      let gray = try place.volume("maps/sub-\(number + 1)/anat/sub-\(number + 1)_label-GM_probseg.nii.gz")
      // The template's halves meet at x = 0, and the head was moved by 6 mm for each number.
      var left = 0.0
      for (index, value) in gray.voxels.enumerated() {
        let x = gray.grid.affine([Double(index % grid.shape.x), 0, 0]).x
        if x < Double(6 * number) { left += Double(value) * gray.grid.voxelVolume / 1000 }
      }
      let found = try ["Left-half", "Right-half", "GM_soft_ml"].map {
        try #require(row[$0].flatMap(Double.init))
      }
      #expect(abs(found[2] - sum(gray) / 1000) < 1e-3)
      #expect(abs(found[0] + found[1] - found[2]) < 0.01 * found[2])
      // One voxel's layer is 2 % of the head.
      #expect(abs(found[0] - left) < 0.02 * found[2], "\(found) \(left)")
    }
  }
}
