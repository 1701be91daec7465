import Foundation
import Imaging
import TestSupport
import Testing

@Suite("grisea report")
struct ReportTests {
  private let place: Workplace

  /// Three scans, one of which cannot be read, segmented into `out`, with a page about them.
  init() throws {
    place = try Workplace()
    try SmallModel.write(to: place)
    try place.writeDataset(1...2)
    try place.write("no image", to: "data/sub-3_T1w.nii")
    let outcome = try place.grisea(
      "segment data/sub-1_T1w.nii data/sub-2_T1w.nii data/sub-3_T1w.nii --model model.safetensors --output out "
        + "--quiet --probabilities --report")
    #expect(outcome.status == 1)
    #expect(outcome.output.suffix(2) == ["out/volumes.tsv", "out/report.html"])
  }

  private func page(_ name: String = "out/report.html") throws -> String {
    String(decoding: try place.bytes(name), as: UTF8.self)
  }

  private static let images = "--images data/sub-?_T1w.nii"

  @Test("each scan has a card with the numbers of volumes.tsv, its slices, and links to its files")
  func cards() throws {
    let page = try page()
    for row in try place.table("out/volumes.tsv") {
      let name = try #require(row["subject"])
      let start = try #require(page.range(of: "id=\"card-\(name)\"")).lowerBound
      let end = try #require(page[start...].range(of: "</article>")).lowerBound
      let card = page[start..<end]
      for (column, words) in [("GM_ml", "GM ml"), ("ICV_ml", "ICV ml")] {
        let value = String(format: "%.1f", try #require(Double(row[column] ?? "")))
        #expect(card.contains(">\(words)</dt><dd>\(value)</dd>"))
      }
      for doubt in try #require(row["doubts"]).split(separator: "; ") {
        #expect(card.contains("<li>\(doubt.replacing("'", with: "&#39;"))</li>"))
      }
      #expect(card.components(separatedBy: "data:image/png;base64,").count == 3)
      for file in ["dseg", "label-GM_mask", "desc-brain_mask", "label-GM_probseg"] {
        #expect(card.contains("href=\"\(name)_\(file).nii.gz\""))
      }
      #expect(card.contains("href=\"../data/\(name)_T1w.nii\""))
    }
  }

  @Test("what failed, and what is doubtful, stands on top with its reason")
  func flags() throws {
    let page = try page()
    let list = page[..<(try #require(page.range(of: "id=\"scans\"")).lowerBound)]
    #expect(list.contains("sub-3") && list.contains("failed: is not NIfTI"))
    for row in try place.table("out/volumes.tsv") where Double(row["quality"] ?? "") ?? 1 < 0.5 {
      #expect(list.contains(row["subject"] ?? "?"))
    }
  }

  @Test("two label maps with one scan name are refused, because one would be shown on the other's scan")
  func twins() throws {
    try place.write(try place.bytes("out/sub-1_dseg.nii.gz"), to: "out/old/sub-1_dseg.nii.gz")
    let outcome = try place.grisea("report out --output page.html --quiet")
    #expect(outcome.status == 1)
    #expect(
      outcome.error.first?.hasPrefix(
        "out/old/sub-1_dseg.nii.gz and out/sub-1_dseg.nii.gz: these label maps have the same scan name")
        == true, "\(outcome.error)")
    #expect(!place.exists("page.html"))
  }

  @Test("a pipeline makes the page again when a table that it shows appears")
  func companions() throws {
    try place.write("grisea report out --output page.html --quiet\n", to: "r.pipeline")
    #expect(try place.grisea("run r.pipeline").status == 0)
    #expect(try place.grisea("run r.pipeline --dry-run").output.last?.hasSuffix("unchanged") == true)
    try place.write("scan\tfolded_voxels\nsub-1\t12\n", to: "out/normalization.tsv")
    let forecast = try place.grisea("run r.pipeline --dry-run").output
    #expect(forecast.last?.hasSuffix("would run: input out/normalization.tsv is new") == true, "\(forecast)")
  }

  @Test("with references there are the scores that evaluate gives")
  func scores() throws {
    let evaluated = try place.grisea(
      "evaluate --prediction out --reference data/sub-*_dseg.nii.gz --output scores.tsv")
    #expect(evaluated.status == 0, "\(evaluated.error)")
    let outcome = try place.grisea(
      "report out \(Self.images) --reference data/sub-*_dseg.nii.gz --output page.html --quiet")
    #expect(outcome.status == 0 && outcome.output == ["page.html"], "\(outcome.error)")
    let page = try page("page.html")
    for row in try place.table("scores.tsv") where row["subject"]?.hasPrefix("sub-") == true {
      let dice = String(format: "%.4f", try #require(Double(row["dice"] ?? "")))
      #expect(page.contains(">\(dice)</td>"), "\(row)")
    }
    #expect(page.contains("Bland–Altman plot"))
  }

  @Test("the origin of the results is on top: dataset, day, model and command")
  func origin() throws {
    let page = try page()
    let header = page[..<(try #require(page.range(of: "</header>")).lowerBound)]
    for text in [
      "<dt>Dataset</dt><dd>data</dd>", "<dt>Model</dt><dd>model.safetensors (SHA-256 ",
      "grisea segment --model model.safetensors --precision",
    ] { #expect(header.contains(text), "\(text): \(header.suffix(900))") }
    let modified = try FileManager.default.attributesOfItem(atPath: place("out/sub-1_dseg.nii.gz"))[
      .modificationDate]
    let day = try #require(modified as? Date).description.prefix(10)
    #expect(header.contains("<dt>Segmented on</dt><dd>\(day)"))
  }

  @Test("a fold, a lost volume and a scan unlike the others in normalization.tsv are to be checked first")
  func normalization() throws {
    try place.write(
      """
      participant_id\tscan\thomogeneity\tleast_determinant\tfolded_voxels\tsd_log_determinant\tGM_dice\tmass_ratio
      sub-1\tsub-1\t0.9100\t-0.1000\t12\t0.2500\t0.7000\t1.00100
      sub-2\tsub-2\t0.9200\t0.2000\t0\t0.2400\t0.7100\t0.90000

      """, to: "out/normalization.tsv")
    #expect(try place.grisea("report out \(Self.images) --output page.html --quiet").status == 0)
    let page = try page("page.html")
    let list = page[..<(try #require(page.range(of: "id=\"scans\"")).lowerBound)]
    #expect(list.contains("normalization: the transform folds in 12 voxels"))
    #expect(list.contains("normalization: the mass ratio is 0.900, expected 1 within 0.02"))
    #expect(list.components(separatedBy: "normalization: ").count == 3)
    #expect(page.contains(">Homogeneity</dt><dd>0.91</dd>") && page.contains("Smallest Jacobian determinant"))
  }

  @Test("a scan whose homogeneity is far below that of the others is to be checked; one above is not")
  func homogeneity() throws {
    var rows = "scan\thomogeneity\tfolded_voxels\tmass_ratio\n"
    let values = [0.90, 0.91, 0.92, 0.905, 0.915, 0.91, 0.90, 0.92, 0.50, 0.99]
    for (number, value) in values.enumerated() {
      rows += "sub-x\(number)\t\(value)\t0\t1.0\n"
      try FileManager.default.copyItem(
        atPath: place("out/sub-1_dseg.nii.gz"), toPath: place("out/sub-x\(number)_dseg.nii.gz"))
    }
    try place.write(rows, to: "out/normalization.tsv")
    let outcome = try place.grisea("report out --output page.html --quiet")
    #expect(outcome.status == 0, "\(outcome.error)")
    let page = try page("page.html")
    let list = page[..<(try #require(page.range(of: "id=\"scans\"")).lowerBound)]
    #expect(list.contains("sub-x8") && list.contains("homogeneity is 0.5, "))
    #expect(!list.contains("sub-x9"))
  }

  @Test("--outline adds the tissues to the pictures; other words are refused")
  func outlines() throws {
    #expect(
      try place.grisea("report out \(Self.images) --outline GM,WM --output page.html --quiet").status == 0)
    let page = try page("page.html")
    // Two scans, each with the scan, gray and white matter.
    #expect(page.components(separatedBy: "href=\"data:image/png;base64,").count == 7)
    #expect(page.contains("outlines of GM, WM"))
    for words in [
      "report out --outline GM,skull", "segment a.nii --output o --outline WM", "report out --outline ,",
    ] {
      #expect(try place.grisea(words).status == 64, "\(words)")
    }
  }

  /// Features and ages of thirty people, associated as `scores.tsv`, and a map of how gray matter changes with age.
  private func associate() throws {
    var features = ["participant_id\tz1\tz2"]
    var participants = ["participant_id\tage\tsex"]
    for number in 0..<30 {
      let wobble = Double(number * 7 % 5)
      features.append("sub-\(number)\t\(Double(number) + wobble)\t\(number * 11 % 13)")
      participants.append("sub-\(number)\t\(20 + number)\t\(number * 5 % 7 > 2 ? "f" : "m")")
    }
    try place.write(features.joined(separator: "\n") + "\n", to: "features.tsv")
    try place.write(participants.joined(separator: "\n") + "\n", to: "participants.tsv")
    try place.write("epoch\tloss\theld_out\n1\t0.9\t0.95\n2\t0.5\t0.8\n", to: "latent.log.tsv")
    let outcome = try place.grisea(
      "associate --features features.tsv --participants participants.tsv --baseline same=features.tsv "
        + "--target age,sex --permutations 99 --output scores.tsv --quiet")
    #expect(outcome.status == 0, "\(outcome.error)")
    let scan = try NIfTIImage(contentsOf: place("data/sub-1_T1w.nii")).volume
    var change = Volume(grid: scan.grid)
    for index in change.voxels.indices.prefix(change.voxels.count / 2) { change.voxels[index] = 0.1 }
    try FileManager.default.createDirectory(atPath: place("changes"), withIntermediateDirectories: true)
    try change.write(to: place("changes/age_change.nii.gz"))
  }

  private static let behaviour =
    "--association scores.tsv --changes changes --template data/sub-1_T1w.nii --latent-log latent.log.tsv"

  @Test("an association has its scores, predictions, chance, warnings and slices in the page")
  func association() throws {
    try associate()
    let outcome = try place.grisea("report out \(Self.images) \(Self.behaviour) --output page.html --quiet")
    #expect(outcome.status == 0, "\(outcome.error)")
    let page = try page("page.html")
    let start = try #require(page.range(of: "<section id=\"behaviour\"")).lowerBound
    let end = try #require(page[start...].range(of: "</section>")).lowerBound
    let section = page[start..<end]
    for row in try place.table("scores.tsv") where ["r", "AUC"].contains(row["measure"]) {
      let value = String(format: "%.3f", try #require(Double(row["value"] ?? "")))
      #expect(section.contains(">\(value)</td>"), "\(row)")
    }
    // A dot for each prediction of each target.
    #expect(section.components(separatedBy: "<circle").count == 61)
    #expect(section.contains("<li>age is predicted from the features beyond chance: r "))
    #expect(section.contains("<li>sex is not predicted from the features beyond chance: AUC "))
    #expect(section.contains("same alone predict as well or better"))
    #expect(section.contains("the sample is small: with 30 subjects"))
    #expect(section.components(separatedBy: "of 99 permuted targets").count > 2)
    #expect(section.components(separatedBy: "src=\"data:image/png;base64,").count == 2)
    #expect(section.contains("one standard deviation of predicted age"))
    #expect(section.contains("Unexplained share of the differences"))
  }

  /// Maps of 24 people with a loss of gray matter in one corner, analyzed as `vbm`.
  private func analyze(_ more: String = "--test age --covariates sex --output vbm") throws {
    try place.writeAgeMaps(count: 24, table: "people.tsv")
    let outcome = try place.grisea(
      "vbm *_desc-modulated_probseg.nii.gz --participants people.tsv --permutations 100 --seed 3 "
        + more)
    #expect(outcome.status == 0, "\(outcome.error)")
  }

  /// The section about a voxelwise analysis.
  private func section(_ words: String) throws -> Substring {
    let outcome = try place.grisea("report out \(Self.images) \(words) --output page.html --quiet")
    #expect(outcome.status == 0, "\(outcome.error)")
    let page = try page("page.html")
    let start = try #require(page.range(of: "<section id=\"vbm\"")).lowerBound
    return page[start..<(try #require(page[start...].range(of: "</section>")).lowerBound)]
  }

  @Test(
    "a voxelwise analysis has its sentence, pictures, clusters, means, null, design and methods in the page")
  func voxelwise() throws {
    // In the folder of the segmentations, whose label maps are cards and those of clusters are not.
    try analyze("--test age --covariates sex --output out/vbm")
    let section = try section("--vbm out/vbm")
    #expect(try page("page.html").components(separatedBy: "<article").count == 3)
    #expect(section.contains("<p>1 cluster with p_FWE ≤ 0.05"))
    // A glass brain, and slices at the peak.
    #expect(section.components(separatedBy: "src=\"data:image/png;base64,").count == 3)
    let row = try #require(try place.table("out/vbm/clusters.tsv").first)
    for column in ["volume", "p_fwe_tfce", "peak_x", "peak_statistic", "effect_percent", "region"] {
      #expect(section.contains(">\(try #require(row[column]))</td>"), "\(column)")
    }
    // A dot for each scan, a field for each scan and regressor (the scales of the pictures have fields too).
    #expect(section.components(separatedBy: "<circle").count == 25)
    #expect(
      section.contains("Design matrix of 24 scans and 3 regressors: 1 intercept, 2 age (tested), 3 sex[m]"))
    let largest = try #require(try place.table("out/vbm/null.tsv").first?["max_tfce"].flatMap(Double.init))
    #expect(section.contains("Null distribution: largest TFCE value of 100 permutations"))
    #expect(section.contains(String(format: "%.4g (line), at least as large in 1 of them", largest)))
    let methods = try place.text("out/vbm/methods.md")
    let sentence = try #require(methods.split(separator: "\n").first { $0.hasPrefix("P-values come from") })
    #expect(section.contains(String(sentence.prefix(80))))
  }

  @Test(
    "where nothing is significant, the page says so, and its glass brain too; a folder without results is refused"
  )
  func nothingSignificant() throws {
    try analyze("--test sex --covariates age --cluster 0.001 --output vbm")
    let section = try section("--vbm vbm")
    #expect(section.contains("<p>No cluster has p_FWE ≤ 0.05"))
    #expect(section.contains("Not significant: glass brain of the statistic t without correction"))
    #expect(section.components(separatedBy: "src=\"data:image/png;base64,").count == 2)
    #expect(!section.contains("<table>"))
    let outcome = try place.grisea("report out --vbm data --quiet")
    #expect(outcome.status == 1)
    #expect(
      outcome.error.first == "data: found no readable vbm.json, needed an output folder of `grisea vbm`")
  }

  @Test("the same results give the same page")
  func again() throws {
    let first = try place.bytes("out/report.html")
    #expect(try place.grisea("report out \(Self.images) --quiet").status == 0)
    #expect(try place.bytes("out/report.html") == first)
  }

  @Test("bad words are one line each, and nothing is written")
  func errors() throws {
    try place.write("a\tb\n1\t2\n", to: "table.tsv")
    try place.write("no image", to: "texts/a.txt")
    for (words, line) in [
      ("report texts --quiet", "texts: found no …_dseg.nii.gz, needed an output folder"),
      ("report out --training-log table.tsv --quiet", "table.tsv: needed a training log with the columns"),
      ("report out --training-log none.tsv --quiet", "none.tsv: cannot be read"),
      (
        "report out --reference none.nii --output other.html --quiet",
        "out/sub-1_dseg.nii.gz: found no reference of sub-1 in none.nii"
      ),
      ("report out --association table.tsv --quiet", "table.json: cannot be read"),
      ("view data/sub-9_T1w.nii out", "data/sub-9_T1w.nii: found no …_dseg.nii.gz of this scan"),
    ] {
      let outcome = try place.grisea(words)
      #expect(
        outcome.status == 1 && outcome.error.first?.hasPrefix(line) == true, "\(words): \(outcome.error)")
    }
    #expect(try place.grisea("report out --changes out --template data/sub-1_T1w.nii").status == 64)
    #expect(!place.exists("other.html"))
    #expect(try place.grisea("bids data out participant --report").status == 64)
  }

  @Test(
    "a browser opens it without a fault, sorts, scrolls, fades the mask, in the dark, on a phone and on paper",
    .needs(.chromium))
  func browser() throws {
    try place.write(
      "epoch\tloss\tdice_GM\n1\t0.9\tn/a\n2\t0.5\t0.6\n3\t0.4\t0.7\n", to: "model.log.tsv")
    try associate()
    try analyze()
    // The left side of the first scan is marked.
    let image = try NIfTIImage(contentsOf: place("data/sub-1_T1w.nii"))
    var scan = image.volume
    let brightest = scan.voxels.max() ?? 0
    for k in 0..<scan.grid.shape.z {
      for j in 0..<scan.grid.shape.y {
        for i in 0..<scan.grid.shape.x {
          let place = scan.grid.affine([Double(i), Double(j), Double(k)])
          if place.x < 0 { scan[i, j, k] = brightest }
        }
      }
    }
    try FileManager.default.createDirectory(atPath: place("marked"), withIntermediateDirectories: true)
    try scan.write(to: place("marked/sub-1_T1w.nii"), like: image.header)
    let outcome = try place.grisea(
      "report out --images marked/sub-1_T1w.nii data/sub-2_T1w.nii --reference data/sub-*_dseg.nii.gz "
        + "--training-log model.log.tsv --vbm vbm --outline GM,WM,CSF \(Self.behaviour) --quiet")
    #expect(outcome.status == 0, "\(outcome.error)")
    let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "check_report.py").path
    let checked = try place.run(Python.program, [script, "out/report.html"])
    #expect(checked.status == 0, "\(checked.output.suffix(3)) \(checked.error.suffix(4))")
    #expect(checked.output.contains("requests beside the page: 0"))
    #expect(checked.output.contains { $0.hasPrefix("axe, dark: ") })
    #expect(checked.output.contains("sides: L is where the scan is marked"))
    #expect(checked.output.contains("tissues: 3") && checked.output.contains("ratings: 2 scans"))
    #expect(checked.output.last?.hasPrefix("no part is wider than the window") == true)
  }
}
