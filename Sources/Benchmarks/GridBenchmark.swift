import Foundation
import Imaging

/// Resampling, connected components and morphology of a head beside SciPy's, on the same arrays in memory.
/// GRISEA_SCAN names the scan; without it, it is the one in `sample-data`.
enum GridBenchmark {
  private static let repetitions = 3

  static func run() throws { try Benchmarks.inTemporaryFolder(run) }

  private static func run(in folder: String) throws {
    let volume = try Benchmarks.scan()
    let own = try times(volume)
    let shape = volume.grid.shape
    try volume.voxels.withUnsafeBytes { Data($0) }.write(to: URL(fileURLWithPath: folder + "/scan.bin"))
    let arguments = [folder + "/scan.bin", "\(shape.x)", "\(shape.y)", "\(shape.z)"]
    let peer = try Peer.numbers(script, arguments, repetitions: repetitions)
    print("of \(shape.x)×\(shape.y)×\(shape.z)        grisea s   SciPy s   SciPy/grisea")
    for (index, (name, seconds)) in own.enumerated() {
      let start = name.padding(toLength: 22, withPad: " ", startingAt: 0) + String(format: "%8.3f", seconds)
      guard let peer, peer.count == own.count else {
        print(start + "   not to be had here")
        continue
      }
      print(start + String(format: "  %8.3f   %6.1f", peer[index], peer[index] / seconds))
    }
  }

  private static func times(_ volume: Volume) throws -> [(name: String, seconds: Double)] {
    // Around the same middle, steps of 0.8 voxels along each axis, and turned a little: no axis is special.
    let (half, step) = (SIMD3<Double>(volume.grid.shape) / 2, 0.8)
    let turned = Affine(
      i: [step, 0.05, 0], j: [-0.05, step, 0.05], k: [0, -0.05, step], origin: half * 0.2)
    let target = Grid(shape: volume.grid.shape, affine: volume.grid.affine.composed(after: turned))
    let threshold = OtsuThreshold(of: volume.voxels)?.value ?? 0
    let mask = LabelMap(grid: volume.grid, labels: volume.voxels.map { $0 > threshold ? 1 : 0 })
    func time(_ body: () -> Void) -> Double { Benchmarks.least(of: repetitions, body) }
    return [
      ("resampling, linear", time { _ = volume.resampled(onto: target) }),
      ("resampling, cubic", time { _ = volume.resampled(onto: target, interpolation: .cubic) }),
      ("smoothing, σ 2", time { _ = volume.smoothed(sigma: [2, 2, 2]) }),
      ("components, faces", time { _ = ConnectedComponents(of: mask) }),
      ("components, corners", time { _ = ConnectedComponents(of: mask, connectivity: .corners) }),
      ("erosion, corners", time { _ = mask.eroded(connectivity: .corners) }),
      ("dilation, 3 × faces", time { _ = mask.dilated(3) }),
      ("holes filled", time { _ = mask.holesFilled() }),
    ]
  }

  private static let script = """
    import scipy.ndimage as nd
    shape = [int(n) for n in sys.argv[2:]]
    v = numpy.fromfile(sys.argv[1], numpy.float32).reshape(shape[::-1])
    # Axes and steps in the order k, j, i.
    m = numpy.array([[.8, -.05, 0], [.05, .8, -.05], [0, .05, .8]])
    o = numpy.array(shape[::-1]) * 0.1
    h, e = numpy.histogram(v, 200)
    c, b = numpy.cumsum(h), numpy.cumsum(h * (e[:-1] + e[1:]) / 2)
    with numpy.errstate(all="ignore"):
        s = c * (c[-1] - c) * (b / c - (b[-1] - b) / (c[-1] - c)) ** 2
    mask = v > e[numpy.nanargmax(s) + 1]
    g = nd.generate_binary_structure
    for body in (lambda: nd.affine_transform(v, m, o, order=1), lambda: nd.affine_transform(v, m, o, order=3),
                 lambda: nd.gaussian_filter(v, 2, mode="nearest"),
                 lambda: nd.label(mask), lambda: nd.label(mask, g(3, 3)),
                 lambda: nd.binary_erosion(mask, g(3, 3)), lambda: nd.binary_dilation(mask, iterations=3),
                 lambda: nd.binary_fill_holes(mask)):
        print(least(body))
    """
}
