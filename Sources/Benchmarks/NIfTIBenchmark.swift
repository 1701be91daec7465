import Foundation
import Imaging

/// Reading and writing a 256³ int16 `.nii.gz` beside nibabel, where `python3` (or the one that GRISEA_PYTHON
/// names) has it.
enum NIfTIBenchmark {
  private static let repetitions = 3

  static func run() throws {
    try Benchmarks.inTemporaryFolder(run)
  }

  private static func run(in folder: String) throws {
    let (file, copy) = (folder + "/head.nii.gz", folder + "/copy.nii.gz")
    let volume = head(side: 256)
    try volume.write(to: file, datatype: .int16)
    let read = try Benchmarks.least(of: repetitions) { _ = try NIfTIImage(contentsOf: file) }
    let write = try Benchmarks.least(of: repetitions) { try volume.write(to: copy, datatype: .int16) }
    print(String(format: "grisea   read %.2f s   write %.2f s", read, write))
    let megabytes = Double(volume.voxels.count * MemoryLayout<Float>.size) / 1e6
    let readPeak = try PeakMemory.during { _ = try NIfTIImage(contentsOf: file) }
    let writePeak = try PeakMemory.during { try volume.write(to: copy, datatype: .int16) }
    let size = try bytes(copy)
    print(
      String(
        format: "memory   read %.0f MB   write %.0f MB   (the voxels as float32 %.0f MB, the file %.0f MB)",
        readPeak / 1e6, writePeak / 1e6, megabytes, size / 1e6))
    guard let peer = try Peer.numbers(script, [file, copy], repetitions: repetitions), peer.count == 2 else {
      print("nibabel  not to be had here: no ratio")
      return
    }
    print(String(format: "nibabel  read %.2f s   write %.2f s", peer[0], peer[1]))
    print(
      String(
        format: "ratio    read %.2f     write %.2f   (nibabel / grisea)", peer[0] / read, peer[1] / write))
    print(String(format: "size     %.3f   (grisea / nibabel)", size / (try bytes(copy))))
  }

  private static func bytes(_ path: String) throws -> Double {
    let facts = try FileManager.default.attributesOfItem(atPath: path)
    return (facts[.size] as? NSNumber)?.doubleValue ?? .nan
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

  private static let script = """
    import nibabel
    image = nibabel.load(sys.argv[1])
    data = numpy.asarray(image.dataobj)
    print(least(lambda: numpy.asarray(nibabel.load(sys.argv[1]).dataobj, dtype=numpy.float32)))
    print(least(lambda: nibabel.save(nibabel.Nifti1Image(data.astype(numpy.int16), image.affine), sys.argv[2])))
    """
}
