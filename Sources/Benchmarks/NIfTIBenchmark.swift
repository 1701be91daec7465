import Foundation
import Imaging

/// Reading and writing a 256³ int16 `.nii.gz` beside nibabel, where `python3` (or the one that GRISEA_PYTHON
/// names) has it.
enum NIfTIBenchmark {
  private static let repetitions = 3

  static func run() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("grisea-\(UUID())").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let (file, copy) = (folder + "/head.nii.gz", folder + "/copy.nii.gz")
    let volume = head(side: 256)
    try volume.write(to: file, datatype: .int16)
    let read = try Benchmarks.least(of: repetitions) { _ = try NIfTIImage(contentsOf: file) }
    let write = try Benchmarks.least(of: repetitions) { try volume.write(to: copy, datatype: .int16) }
    print(String(format: "grisea   read %.2f s   write %.2f s", read, write))
    guard let peer = try nibabel(file, copy) else {
      print("nibabel  not to be had here: no ratio")
      return
    }
    print(String(format: "nibabel  read %.2f s   write %.2f s", peer.read, peer.write))
    print(
      String(
        format: "ratio    read %.2f     write %.2f   (nibabel / grisea)", peer.read / read, peer.write / write
      ))
  }

  /// A ball of noisy whole numbers in an empty field, about as compressible as a head.
  private static func head(side: Int) -> Volume {
    var volume = Volume(grid: Grid(shape: SIMD3(repeating: side), affine: Affine(spacing: .one)))
    let radius = Double(side) * 0.4
    for k in 0..<side {
      for j in 0..<side {
        for i in 0..<side {
          let d = SIMD3(Double(i), Double(j), Double(k)) - Double(side) / 2
          guard (d * d).sum() < radius * radius else { continue }
          volume[i, j, k] = Float(Int.random(in: 300...360))
        }
      }
    }
    return volume
  }

  private static func nibabel(_ file: String, _ copy: String) throws -> (read: Double, write: Double)? {
    let script = """
      import sys, time, numpy, nibabel
      def least(body):
          times = []
          for _ in range(\(repetitions)):
              start = time.perf_counter(); body(); times.append(time.perf_counter() - start)
          return min(times)
      image = nibabel.load(sys.argv[1])
      data = numpy.asarray(image.dataobj)
      print(least(lambda: numpy.asarray(nibabel.load(sys.argv[1]).dataobj, dtype=numpy.float32)))
      print(least(lambda: nibabel.save(nibabel.Nifti1Image(data.astype(numpy.int16), image.affine), sys.argv[2])))
      """
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    let python = ProcessInfo.processInfo.environment["GRISEA_PYTHON"] ?? "python3"
    process.arguments = [python, "-c", script, file, copy]
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    let times = text.split(separator: "\n").compactMap { Double($0) }
    return process.terminationStatus == 0 && times.count == 2 ? (times[0], times[1]) : nil
  }
}
