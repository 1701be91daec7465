import Foundation
import Imaging

/// N4 on a head beside SimpleITK's, with the same mask, shrink factor and settings: from a volume in memory to
/// the corrected volume in memory. GRISEA_SCAN names the scan; without it, it is the one in `sample-data`.
enum BiasFieldBenchmark {
  private static let repetitions = 2

  static func run() throws { try Benchmarks.inTemporaryFolder(run) }

  private static func run(in folder: String) throws {
    let volume = try Benchmarks.scan()
    let correction = BiasFieldCorrection()
    let threshold = OtsuThreshold(of: volume.voxels)?.value ?? 0
    let mask = LabelMap(grid: volume.grid, labels: volume.voxels.map { $0 > threshold ? 1 : 0 })
    let time = try Benchmarks.least(of: repetitions) { _ = try correction(volume, mask: mask) }
    let field = try correction.field(of: volume, mask: mask).logarithm()
    let shape = volume.grid.shape
    print(String(format: "grisea     %.2f s   %d×%d×%d", time, shape.x, shape.y, shape.z))
    try volume.write(to: folder + "/scan.nii")
    try mask.write(to: folder + "/mask.nii")
    try field.write(to: folder + "/field.nii")
    guard let peer = try Peer.numbers(script, [folder], repetitions: repetitions), peer.count == 4 else {
      print("SimpleITK  not to be had here: no ratio")
      return
    }
    print(String(format: "SimpleITK  %.2f s", peer[0]))
    print(String(format: "ratio      %.1f   (SimpleITK / grisea)", peer[0] / time))
    print(
      String(format: "correlation inside the mask: log field %.4f, field %.4f;", peer[1], peer[2]),
      terminator: " ")
    // SimpleITK stretches a field estimated on n/4 voxels over all n, grisea puts each value where it was
    // estimated: the smaller the image, the more the two differ everywhere but where they were estimated.
    print(String(format: "log field where it was estimated %.6f", peer[3]))
  }

  private static let script = """
    import SimpleITK as sitk
    scan, mask, field = (sitk.ReadImage(f"{sys.argv[1]}/{name}.nii") for name in ("scan", "mask", "field"))
    scan, mask = sitk.Cast(scan, sitk.sitkFloat32), sitk.Cast(mask, sitk.sitkUInt8)
    def correct():
        global peer, estimated
        n4 = sitk.N4BiasFieldCorrectionImageFilter()
        n4.SetConvergenceThreshold(0.001)
        few = sitk.Shrink(scan, [4] * 3)
        n4.Execute(few, sitk.Shrink(mask, [4] * 3))
        estimated = n4.GetLogBiasFieldAsImage(few)
        peer = n4.GetLogBiasFieldAsImage(scan)
        return scan / sitk.Exp(peer)
    print(least(correct))
    inside = sitk.GetArrayFromImage(mask) > 0
    a, b = sitk.GetArrayFromImage(field)[inside], sitk.GetArrayFromImage(peer)[inside]
    print(numpy.corrcoef(a, b)[0, 1])
    print(numpy.corrcoef(numpy.exp(a), numpy.exp(b))[0, 1])
    inside, a, b = (sitk.GetArrayFromImage(i) for i in (sitk.Shrink(mask, [4] * 3), sitk.Shrink(field, [4] * 3), estimated))
    print(numpy.corrcoef(a[inside > 0], b[inside > 0])[0, 1])
    """
}
