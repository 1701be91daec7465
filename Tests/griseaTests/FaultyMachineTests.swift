import Foundation
import Imaging
import TestSupport
import Testing

/// A library of faults that is put in front of the system's, made from `faulty_disk.c`.
enum FaultyMachine {
  private static let library = Result {
    try PreloadedLibrary(source: URL(filePath: SampleData.repository("Tests/griseaTests/faulty_disk.c")))
  }

  static var isThere: Bool { (try? library.get()) != nil }

  /// The environment in which a program meets the fault.
  static func environment(_ fault: String) throws -> [String: String] {
    try library.get().environment(["GRISEA_FAULT": fault])
  }
}

/// What zlib, memory and disk do wrong costs the scan that meets it, and no file bears a result's name that is not it.
@Suite("Faulty machines", .enabled(if: FaultyMachine.isThere, "clang cannot compile the library of faults"))
struct FaultyMachineTests {
  private let place: Workplace
  private static let segment = "segment sub-1_T1w.nii --model model.safetensors --threads 1 --quiet --output "

  init() throws {
    place = try Workplace()
    try SmallModel.write(to: place)
    try place.write(SyntheticHead(number: 1), to: "sub-1_T1w.nii")
  }

  @Test(
    "a scan whose result is not what was in memory fails, with the reason, and is done by the next run",
    arguments: [
      ("deflate-begin", "cannot be compressed: no memory is left"),
      ("deflate-end", "cannot be compressed: zlib ended with status -2"),
      ("deflate-bit", "cannot be compressed: the compressed data do not inflate to the voxels"),
      ("disk-bit", "the bytes read back differ from those written"),
      ("disk-sync", "cannot be written: input/output error"),
    ])
  func segment(fault: String, words: String) throws {
    try place.write("", to: "out/.keep")
    let outcome = try place.grisea(
      Self.segment + "out", environment: try FaultyMachine.environment(fault))
    #expect(outcome.status == 1)
    #expect(outcome.error.contains { $0.contains(words) }, "\(outcome.error)")
    let left = try place.contents("out")
    #expect(left.keys.allSatisfy { !$0.hasSuffix(".partial") })
    if place.exists("out/status.tsv") { #expect(try place.states().allSatisfy { !$0.hasSuffix("done") }) }
    #expect(try place.grisea(Self.segment + "out").status == 0)
    #expect(try place.grisea(Self.segment + "whole").status == 0)
    let whole = try place.results("whole")
    #expect(try place.results("out").filter { $0.key != ".keep" } == whole)
    // An image that did appear has the right voxels: not each bit of a compressed stream counts.
    for (name, content) in left where name.hasSuffix(".nii.gz") {
      try place.write(content, to: "left.nii.gz")
      let (found, wanted) = (
        try NIfTIImage(contentsOf: place("left.nii.gz")), try NIfTIImage(contentsOf: place("whole/\(name)"))
      )
      #expect(found.volume == wanted.volume, "\(name)")
    }
  }

  @Test("what a killed run has left under temporary names is removed by the next run, and nothing else is")
  func leftovers() throws {
    let left = [
      "out/.sub-1_dseg.nii.gz.4711-1z141z3.partial", "out/.grisea/.sub-1.segment.json.12-a.partial",
      "out/.sub-1_T1w.checkpoint.safetensors.99999-0.partial",
    ]
    let others = [
      "out/.notes.partial", "out/sub-1.partial", "out/.sub-1_dseg.nii.gz.4711-1z141z3.partial.nii",
      "out/.a.x-1.partial",
    ]
    for name in left + others { try place.write("half of something", to: name) }
    // One that another process is about to write.
    let held = place("out/.held.nii.gz.1-a.partial")
    let descriptor = open(held, O_RDWR | O_CREAT, 0o666)
    #expect(flock(descriptor, LOCK_EX) == 0)
    #expect(try place.grisea(Self.segment + "out").status == 0)
    for name in left { #expect(!place.exists(name), "\(name)") }
    for name in others { #expect(place.exists(name), "\(name)") }
    #expect(FileManager.default.fileExists(atPath: held))
    close(descriptor)
    #expect(try place.grisea("report out --quiet").status == 0)
    #expect(!FileManager.default.fileExists(atPath: held), "its process has ended")
  }
}
