import Foundation
import Imaging
import Segmentation
import TestSupport
import Testing

@Suite("grisea segment")
struct SegmentTests {
  private let place: Workplace

  init() throws {
    place = try Workplace()
    try SmallModel.write(to: place)
    try place.write(SyntheticHead(number: 1), to: "sub-01_T1w.nii")
    try place.write(SyntheticHead(number: 2), to: "colin.nii")
  }

  private func segment(_ words: String) throws -> Workplace.Outcome {
    try place.grisea("segment --model model.safetensors --output out --threads 1 --quiet " + words)
  }

  private func volumes() throws -> [String: [String]] {
    let lines = String(decoding: try place.bytes("out/volumes.tsv"), as: UTF8.self)
      .split(separator: "\n").map { $0.split(separator: "\t").map(String.init) }
    #expect(lines.first == VolumeTable.columns)
    return try Dictionary(lines.dropFirst().map { ($0[0], Array($0.dropFirst())) }) { _, _ in
      throw CocoaError(.fileReadCorruptFile)
    }
  }

  @Test("--parts divides the gray matter, and nothing else changes")
  func parts() throws {
    #expect(try segment("sub-01_T1w.nii").status == 0)
    let plain = try place.bytes("out/sub-01_dseg.nii.gz")
    #expect(try #require(volumes()["sub-01"])[7...9] == ["n/a", "n/a", "n/a"])
    let outcome = try segment("--parts sub-01_T1w.nii")
    #expect(outcome.status == 0, "\(outcome.error)")
    #expect(outcome.output.contains("out/sub-01_seg-parts_dseg.nii.gz"))
    #expect(place.exists("out/sub-01_seg-parts_dseg.json"))
    #expect(try place.bytes("out/sub-01_dseg.nii.gz") == plain)
    let labels = try NIfTIImage(contentsOf: place("out/sub-01_dseg.nii.gz")).labelMap().labels
    let parts = try NIfTIImage(contentsOf: place("out/sub-01_seg-parts_dseg.nii.gz")).labelMap().labels
    #expect(labels.contains(1))
    #expect(zip(labels, parts).allSatisfy { $0 == 1 ? [8, 9, 12].contains($1) : $0 == $1 })
    let cells = try #require(volumes()["sub-01"])
    for (part, cell) in zip(GrayMatterPart.allCases, cells[7...9]) {
      let millilitres = Double(parts.count { $0 == part.rawValue }) * SyntheticHead.voxelMillilitres
      #expect(cell == String(format: "%.3f", millilitres))
    }
  }

  @Test("shards write the table of structures of the whole batch")
  func structureShards() throws {
    for shard in 1...2 {
      #expect(try segment("--structures --shard \(shard)/2 sub-01_T1w.nii colin.nii").status == 0)
    }
    #expect(!place.exists("out/structures.tsv"))
    #expect(try place.grisea("collect out").output == ["out/status.tsv"])
    let parts = try place.bytes("out/structures.tsv")
    #expect(try segment("--structures --force sub-01_T1w.nii colin.nii").status == 0)
    #expect(try place.bytes("out/structures.tsv") == parts)
  }

  @Test("--structures writes structures and their volumes, whose sums are those of the tissues")
  func structures() throws {
    let outcome = try segment("--structures sub-01_T1w.nii colin.nii")
    #expect(outcome.status == 0, "\(outcome.error)")
    for name in ["sub-01", "colin"] {
      #expect(outcome.output.contains("out/\(name)_desc-aseg_dseg.nii.gz"))
      let tissues = try NIfTIImage(contentsOf: place("out/\(name)_dseg.nii.gz")).labelMap().labels
      let labels = try NIfTIImage(contentsOf: place("out/\(name)_desc-aseg_dseg.nii.gz")).labelMap().labels
      #expect(zip(tissues, labels).allSatisfy { $0 == BrainStructure(rawValue: $1)?.tissue.rawValue ?? 0 })
    }
    let lines = String(decoding: try place.bytes("out/structures.tsv"), as: UTF8.self)
      .split(separator: "\n").map { $0.split(separator: "\t").map(String.init) }
    #expect(lines.map(\.first) == ["subject", "colin", "sub-01"])
    let rows = try volumes()
    for line in lines.dropFirst() {
      let values = Dictionary(zip(lines[0], line)) { first, _ in first }
      let cells = try #require(rows[line[0]])
      for (tissue, column) in [(Tissue.grayMatter, 0), (.whiteMatter, 1), (.csf, 2)] {
        let own = BrainStructure.allCases.filter { $0.tissue == tissue }
        for (ending, shift) in [("_ml", 0), ("_soft_ml", 3)] {
          let sum = own.reduce(0) { $0 + (values[$1.name + ending].flatMap(Double.init) ?? .nan) }
          let whole = try #require(Double(cells[column + shift]))
          #expect(abs(sum - whole) < 0.003, "\(line[0]) \(tissue) \(ending)")
        }
      }
    }
    #expect(try segment("--structures sub-01_T1w.nii colin.nii").error.isEmpty)
    #expect(try place.states() == ["colin skipped", "sub-01 skipped"])
  }

  @Test("labels and mask of each scan, and a row of volumes, are written and their paths printed")
  func files() throws {
    let outcome = try segment("sub-01_T1w.nii colin.nii")
    #expect(outcome.status == 0, "\(outcome.error)")
    #expect(outcome.error.isEmpty)
    let names = ["sub-01", "colin"].flatMap { subject in
      ["dseg", "label-GM_mask", "desc-brain_mask"].map { "\(subject)_\($0).nii.gz" }
    }
    #expect(outcome.output == names.map { "out/" + $0 } + ["out/volumes.tsv"])
    let sidecars = names.map { $0.replacing(".nii.gz", with: ".json") }
    #expect(
      try Set(place.results("out").keys)
        == Set(names + sidecars + ["volumes.tsv", "dseg.tsv", "dseg.label", "dseg.lut"]))
    #expect(try place.states() == ["colin done", "sub-01 done"])

    let rows = try volumes()
    #expect(rows.keys.sorted() == ["colin", "sub-01"])
    for (subject, cells) in rows {
      let labels = try NIfTIImage(contentsOf: place("out/\(subject)_dseg.nii.gz")).labelMap().labels
      let mask = try NIfTIImage(contentsOf: place("out/\(subject)_label-GM_mask.nii.gz")).labelMap().labels
      #expect(mask == labels.map { $0 == 1 ? 1 : 0 })
      #expect(labels.contains { $0 > 0 }, "the small model finds something, else this test shows little")
      let brain = try NIfTIImage(contentsOf: place("out/\(subject)_desc-brain_mask.nii.gz")).labelMap().labels
      #expect(zip(brain, labels).allSatisfy { $0 == 1 || $0 == 0 && $1 == 0 })
      #expect(
        cells[6] == String(format: "%.3f", Double(brain.count { $0 == 1 }) * SyntheticHead.voxelMillilitres))
      for (label, cell) in zip(UInt16(1)...3, cells) {
        let millilitres = Double(labels.count { $0 == label }) * SyntheticHead.voxelMillilitres
        #expect(cell == String(format: "%.3f", millilitres))
      }
    }
  }

  @Test("--probabilities and --picture add files; the labels are where the probabilities are highest")
  func options() throws {
    let outcome = try segment("sub-01_T1w.nii --probabilities --picture")
    #expect(outcome.status == 0, "\(outcome.error)")
    let tissues = ["GM", "WM", "CSF"]
    let added = tissues.map { "out/sub-01_label-\($0)_probseg.nii.gz" } + ["out/sub-01_dseg.png"]
    #expect(outcome.output.dropFirst(3).dropLast() == added[...])
    #expect(
      try place.bytes("out/sub-01_dseg.png").prefix(8).elementsEqual(
        Array("\u{89}PNG\r\n\u{1A}\n".unicodeScalars.map { UInt8($0.value) })))
    let maps = try tissues.map {
      try NIfTIImage(contentsOf: place("out/sub-01_label-\($0)_probseg.nii.gz")).volume.voxels
    }
    let labels = try NIfTIImage(contentsOf: place("out/sub-01_dseg.nii.gz")).labelMap().labels
    for voxel in labels.indices {
      let all = [1 - maps[0][voxel] - maps[1][voxel] - maps[2][voxel]] + maps.map { $0[voxel] }
      // Four probabilities sum to 1 but for rounding.
      #expect(all.allSatisfy { (-1e-4...1.0001).contains($0) })
      let found = all[Int(labels[voxel])]
      if found < (all.max() ?? 0) - 1e-4 { Issue.record("label \(labels[voxel]) at \(all)") }
    }
  }

  @Test("--compact writes the same masks, and probabilities off by at most half a step of 1/255")
  func compact() throws {
    #expect(try segment("sub-01_T1w.nii --probabilities").status == 0)
    let names = try place.results("out")
    let outcome = try place.grisea(
      "segment sub-01_T1w.nii --model model.safetensors --output small --threads 1 --quiet --probabilities "
        + "--compact")
    #expect(outcome.status == 0, "\(outcome.error)")
    let compact = try place.results("small")
    #expect(compact.keys.sorted() == names.keys.sorted())
    for (name, bytes) in names where !name.contains("probseg") && !name.hasSuffix(".json") {
      #expect(compact[name] == bytes, "\(name)")
    }
    for name in names.keys where name.hasSuffix("probseg.nii.gz") {
      let maps = try ["out", "small"].map { try NIfTIImage(contentsOf: place("\($0)/\(name)")) }
      #expect(maps[1].header.datatype == .uint8)
      // Half a step, and the rounding of products near 1 in float32.
      let most = zip(maps[0].volume.voxels, maps[1].volume.voxels).map { abs($0 - $1) }.max() ?? 1
      #expect(most <= 1 / 510 + Float.ulpOfOne, "\(name)")
      #expect(maps[0].volume.voxels.contains { $0 > 0.1 && $0 < 0.9 }, "there is something to round")
    }
    #expect(try place.grisea("segment sub-01_T1w.nii --model m --output o --compact").status == 64)
  }

  @Test(
    "nibabel reads a slope of 1/255 and the float32 probabilities within half a step",
    .needs(.nibabel))
  func compactNibabel() throws {
    #expect(try segment("sub-01_T1w.nii --probabilities").status == 0)
    let command = "segment --model model.safetensors --output small --threads 1 --quiet sub-01_T1w.nii"
    #expect(try place.grisea(command + " --probabilities --compact").status == 0)
    let script = """
      import nibabel, numpy
      for tissue in "GM", "WM", "CSF":
          name = f"/sub-01_label-{tissue}_probseg.nii.gz"
          exact, compact = nibabel.load("out" + name), nibabel.load("small" + name)
          assert compact.get_data_dtype() == numpy.uint8
          assert compact.dataobj.slope == numpy.float32(1 / 255) and compact.dataobj.inter == 0
          assert numpy.abs(exact.get_fdata() - compact.get_fdata()).max() <= 1 / 510 + 1e-7
          assert numpy.array_equal(exact.affine, compact.affine)
      """
    let outcome = try place.run(Python.program, ["-c", script])
    #expect(outcome.status == 0, "\(outcome.error)")
  }

  @Test("a row is replaced when its scan is segmented again, the others stay")
  func replacedRow() throws {
    _ = try segment("sub-01_T1w.nii colin.nii")
    let before = try volumes()
    try place.write(SyntheticHead(shape: [20, 20, 20], number: 2), to: "sub-01_T1w.nii")
    #expect(try segment("sub-01_T1w.nii").status == 0)
    let after = try volumes()
    #expect(after["colin"] == before["colin"])
    #expect(after.count == 2 && after["sub-01"] != before["sub-01"])
  }

  @Test("beside each image stands JSON with the fields of BIDS and the SHA-256 of scan and model")
  func sidecars() throws {
    #expect(try segment("sub-01_T1w.nii --probabilities --entropy").status == 0)
    func hash(_ file: String) throws -> String {
      String(try #require(try place.run("sha256sum", [file]).output.first).prefix { $0 != " " })
    }
    let (scan, model) = (try hash("sub-01_T1w.nii"), try hash("model.safetensors"))
    for image in try place.contents("out").keys where image.hasSuffix(".nii.gz") {
      let name = "out/" + image.replacing(".nii.gz", with: ".json")
      let json = try #require(try JSONSerialization.jsonObject(with: place.bytes(name)) as? [String: Any])
      #expect(json["Sources"] as? [String] == ["sub-01_T1w.nii"])
      #expect(json["SpatialReference"] as? String == "sub-01_T1w.nii")
      #expect((json["Description"] as? String)?.isEmpty == false)
      #expect(json["SourceSHA256"] as? String == scan)
      #expect(json["ModelSHA256"] as? String == model)
      // The mask's types are those that the specification lists.
      let types = ["sub-01_desc-brain_mask.nii.gz": "Brain", "sub-01_label-GM_mask.nii.gz": "ROI"]
      #expect(json["Type"] as? String == types[image])
    }
  }

  /// Bytes of a NIfTI-1 header, by the standard.
  private static let placement = [40..<56, 76..<92, 252..<328]  // dim, qfac and sizes, both forms with codes

  @Test("outputs have the scan's dimensions and both of its forms, byte for byte; labels are uint8, unscaled")
  func geometry() throws {
    #expect(try segment("sub-01_T1w.nii --probabilities").status == 0)
    let source = try place.bytes("sub-01_T1w.nii")
    for name in try place.contents("out").keys where name.hasSuffix(".nii.gz") {
      _ = try place.run("gzip", ["-dk", "out/" + name])
      let result = try place.bytes("out/" + name.dropLast(3))
      for range in Self.placement { #expect(result[range] == source[range], "\(name), bytes \(range)") }
      #expect(result[112..<120] == Data([0, 0, 0x80, 0x3F, 0, 0, 0, 0]), "slope 1, intercept 0")
      #expect(result[70] == (name.contains("probseg") ? 16 : 2), "float32 and uint8")
    }
  }

  @Test("nibabel sees the scan and its results in one place", .needs(.nibabel))
  func nibabel() throws {
    #expect(try segment("sub-01_T1w.nii").status == 0)
    let script = """
      import sys, numpy, nibabel
      scan, *results = map(nibabel.load, sys.argv[1:])
      for result in results:
          assert result.shape == scan.shape, result.shape
          for form in ("get_sform", "get_qform"):
              (a, m), (b, n) = getattr(scan, form)(coded=True), getattr(result, form)(coded=True)
              assert m == n and numpy.array_equal(a, b), (form, a, b, m, n)
          assert result.get_data_dtype() == numpy.uint8 and result.dataobj.slope == 1
          assert set(numpy.unique(result.dataobj)) <= {0, 1, 2, 3}
      """
    let outcome = try place.run(
      Python.program,
      ["-c", script, "sub-01_T1w.nii", "out/sub-01_dseg.nii.gz", "out/sub-01_label-GM_mask.nii.gz"])
    #expect(outcome.status == 0, "\(outcome.error)")
  }

  @Test("bad scans are a line each and exit code 1; the others are segmented")
  func batch() throws {
    let bad = try place.writeBadScans()
    let outcome = try segment("sub-01_T1w.nii \(bad.map(\.name).joined(separator: " ")) colin.nii")
    #expect(outcome.status == 1)
    #expect(outcome.error.count == bad.count, "\(outcome.error)")
    for (line, bad) in zip(outcome.error, bad) { #expect(line.hasPrefix("\(bad.name): \(bad.reason)")) }
    #expect(try volumes().keys.sorted() == ["colin", "sub-01"])
    #expect(try place.results("out").count == 16)
    #expect(try place.states().count { $0.hasSuffix(" failed") } == bad.count)
    #expect(outcome.output.last == "out/volumes.tsv")
  }

  @Test("a scan without contrast is one line, the others are segmented")
  func flat() throws {
    try place.write([5, 5, 5], "flat.nii")
    let outcome = try segment("flat.nii sub-01_T1w.nii")
    #expect(outcome.status == 1)
    #expect(outcome.error.count == 1 && outcome.error[0].hasPrefix("flat.nii: "), "\(outcome.error)")
    #expect(try volumes().keys.sorted() == ["sub-01"])
  }

  @Test("a model that is none, or not whole, is one line, before anything is made")
  func badModel() throws {
    let model = try place.bytes("model.safetensors")
    try place.write(model.prefix(model.count - 100), to: "truncated")
    try place.write(model.prefix(5), to: "short")
    try place.write("this is a text and no model at all", to: "text")
    try place.write(Data([2, 0, 0, 0, 0, 0, 0, 0]) + Data("{}".utf8), to: "foreign")
    let reasons = [
      "truncated":
        "truncated: the header specifies \(model.count) bytes, the file holds \(model.count - 100)",
      "short": "truncated", "text": "not a model", "foreign": "not a grisea model",
      "missing": "neither a file nor a built-in model", "./missing": "cannot be read: no such file",
      "sub-01_T1w.nii": "not a model", ".": "cannot be read: it is a folder",
    ]
    for (name, reason) in reasons {
      let outcome = try place.grisea("segment sub-01_T1w.nii --model \(name) --output out --quiet")
      #expect(outcome.status == 1)
      let isTold = outcome.error.count == 1 && outcome.error[0].hasPrefix("\(name): \(reason)")
      #expect(isTold, "\(name): \(outcome.error)")
    }
    #expect(!place.exists("out"))
  }

  @Test("a foreign volumes.tsv is neither overwritten nor found out about last")
  func foreignTable() throws {
    try place.write("name\tage\nanna\t30\n", to: "out/volumes.tsv")
    let outcome = try segment("sub-01_T1w.nii")
    #expect(outcome.status == 1)
    #expect(outcome.error.count == 1 && outcome.error[0].hasPrefix("out/volumes.tsv: needed a table"))
    #expect(try place.contents("out").count == 1)
  }

  @Test("the same command writes the same bytes; another number of threads changes no more than rounding")
  func threads() throws {
    let results = try [("one", 1), ("again", 1), ("two", 2)].map { folder, threads in
      let outcome = try place.grisea(
        "segment sub-01_T1w.nii --model model.safetensors --output \(folder) --threads \(threads) --quiet "
          + "--probabilities")
      #expect(outcome.status == 0, "\(outcome.error)")
      return try place.results(folder)
    }
    #expect(results[0] == results[1])
    #expect(results[0].keys.sorted() == results[2].keys.sorted())
    for name in results[0].keys where name.hasSuffix("probseg.nii.gz") {
      let maps = try ["one", "two"].map { try NIfTIImage(contentsOf: place("\($0)/\(name)")).volume.voxels }
      // The same sums in another order, some layers deep.
      #expect(zip(maps[0], maps[1]).allSatisfy { abs($0 - $1) < 1e-4 })
    }
  }
}
