import Foundation
import Imaging
import LatentSpace
import NeuralNetwork
import Statistics
import TestSupport
import Testing

@Suite("Latent spaces")
struct LatentModelTests {
  private let place: Workplace
  private let synthetic: SyntheticMaps
  private let training, held: MapSet

  init() throws {
    place = try Workplace()
    synthetic = SyntheticMaps(count: 48, seed: 1)
    let paths = try synthetic.written(to: place)
    training = try MapSet(Array(paths.prefix(36)))
    held = try MapSet(Array(paths.suffix(12)))
  }

  private func configuration(
    _ method: LatentTrainer.Configuration.Method, size: Int, epochs: Int = 16
  ) -> LatentTrainer.Configuration {
    var configuration = LatentTrainer.Configuration()
    configuration.method = method
    configuration.latentSize = size
    configuration.levels = 2
    configuration.epochs = epochs
    configuration.schedule.peak = 3e-3
    return configuration
  }

  private func outcome(_ configuration: LatentTrainer.Configuration) throws -> LatentTrainer.Outcome {
    try LatentTrainer(configuration, threads: 1).run(training: training, validation: held)
  }

  @Test(
    "an autoencoder, variational or not, gives back maps that it never saw",
    arguments: [LatentTrainer.Configuration.Method.autoencoder, .variational])
  func autoencoder(method: LatentTrainer.Configuration.Method) throws {
    let found = try outcome(configuration(method, size: 4))
    let scores = try #require(found.validation)
    // The mean map has 0, and twice as many numbers as the ball has degrees of freedom suffice for most.
    #expect(scores.explained > 0.6, "\(scores)")
    #expect(scores.dice > 0.85 && scores.scans == 12)
  }

  @Test(
    "principal components give back what NumPy's do", .needs(.scikitLearn))
  func components() throws {
    let found = try outcome(configuration(.pca, size: 5))
    let paths = (0..<48).map { place("sub-\(101 + $0)_space-template_label-GM_probseg.nii.gz") }
    let expected = try Python.numbers(
      """
      import nibabel
      from sklearn.decomposition import PCA
      x = np.stack([nibabel.load(p).get_fdata().ravel() for p in \(paths)])
      p = PCA(5, svd_solver="full").fit(x[:36])
      for part in (x[:36], x[36:]):
          back = np.clip(p.inverse_transform(p.transform(part)), 0, 1)
          print(((part - back) ** 2).mean(), 1 - ((part - back) ** 2).sum() / ((part - p.mean_) ** 2).sum())
      """)
    let scores = [found.training, try #require(found.validation)]
    // Single precision of maps and components.
    for (found, expected) in zip(scores.flatMap { [$0.meanSquaredError, $0.explained] }, expected) {
      #expect(abs(found - expected) < 1e-5)
    }
    #expect(expected.count == 4)
  }

  @Test(
    "saliency is how a sum of features rises with a voxel, of maps as they are or before they were smoothed",
    arguments: [LatentTrainer.Configuration.Method.autoencoder, .pca], [0.0, 8])
  func saliency(method: LatentTrainer.Configuration.Method, smoothing: Double) throws {
    let model = try outcome(configuration(method, size: 3, epochs: 4)).model
    let slopes: [[Float]] = [[1, -2, 0.5], [0, 0, 1]]
    let maps = Array(held.values.prefix(2))
    let found = try model.saliency(of: slopes, at: maps, smoothing: smoothing, threads: 1)
    #expect(found.count == 2 && found[0].grid == model.grid)
    // A step along the gradient raises the sum by the gradient's square, half of it on each side.
    for (row, slope) in slopes.enumerated() {
      let gradient = found[row].voxels
      // What the network sees of a step before smoothing.
      let seen = found[row].smoothed(width: smoothing).voxels
      let square = gradient.reduce(0) { $0 + $1 * $1 }
      let step = 0.02 / square.squareRoot()
      func mean(_ sign: Float) throws -> Float {
        let moved = maps.map { map in zip(map, seen).map { $0 + sign * step * $1 } }
        let sums = try model.encode(moved, threads: 1).map { zip($0, slope).reduce(0) { $0 + $1.0 * $1.1 } }
        return sums.reduce(0, +) / Float(sums.count)
      }
      let rise = try (mean(1) - mean(-1)) / (2 * step)
      #expect(abs(rise / square - 1) < 0.02, "\(row)")
    }
  }

  @Test(
    "a model that was written and read codes as before",
    arguments: [LatentTrainer.Configuration.Method.autoencoder, .pca])
  func file(method: LatentTrainer.Configuration.Method) throws {
    let model = try outcome(configuration(method, size: 3, epochs: 2)).model
    try model.write(to: place("m.safetensors"), program: "test")
    let read = try LatentModel(contentsOf: place("m.safetensors"))
    let features = try model.encode(held.values, threads: 1)
    #expect(read.size == 3 && read.names == ["z1", "z2", "z3"])
    for (a, b) in zip(features.flatMap { $0 }, try read.encode(held.values, threads: 1).flatMap { $0 }) {
      #expect(abs(a - b) < 1e-4)
    }
    #expect(read.trainingSubjects == model.trainingSubjects && read.deviations == model.deviations)
    let maps = try read.decode(features, threads: 1)
    #expect(maps.allSatisfy { $0.grid.matches(SyntheticMaps.grid) && $0.voxels.allSatisfy { 0...1 ~= $0 } })
  }

  @Test("the change that belongs to a ball's place is a rise on one side and a fall on the other")
  func changes() throws {
    let model = try outcome(configuration(.pca, size: 4)).model
    let features = try model.encode(training.values, threads: 1)
    // The covariance of each feature with the place along x, as `associate` finds it.
    let x = synthetic.places.prefix(36).map(\.x)
    let mean = x.reduce(0, +) / 36
    let pattern = (0..<4).map { j in
      Float(zip(features, x).reduce(0) { $0 + Double($1.0[j]) * ($1.1 - mean) } / 36)
    }
    let change = try #require(try model.decode(changes: [pattern], threads: 1).first)
    #expect(change[12, 7, 7] > 0.05 && change[3, 7, 7] < -0.05)
    #expect(abs(change[7, 1, 1]) < 0.02)
  }

  @Test("maps of another space, none at all, and other models are refused in words")
  func refused() throws {
    #expect(throws: LatentError.noMaps) { try MapSet([]) }
    let other = place("sub-900_label-GM_probseg.nii.gz")
    try Volume(grid: Grid(shape: [8, 8, 8], affine: .identity)).write(to: other)
    let error = #expect(throws: LatentError.self) {
      try MapSet([place("sub-101_space-template_label-GM_probseg.nii.gz"), other])
    }
    #expect(error.map { "\($0)".contains("8×8×8 voxels") && "\($0)".contains("16×16×16") } == true)
    try SafeTensors(tensors: [:], metadata: [:]).write(to: place("x.safetensors"))
    #expect(throws: LatentError.notLatent(path: place("x.safetensors"))) {
      try LatentModel(contentsOf: place("x.safetensors"))
    }
    #expect(throws: LatentError.tooFewMaps(found: 36, components: 36)) {
      try outcome(configuration(.pca, size: 36))
    }
    let paths = ["GM", "WM"].map { place("sub-101_space-template_label-\($0)_probseg.nii.gz") }
    #expect(throws: LatentError.sameScan("sub-101", first: paths[0], second: paths[1])) {
      try MapSet(paths)
    }
  }

  @Test("equal maps have fewer principal components than there are maps, which is reported")
  func dependent() throws {
    let paths = try (0..<12).map { number in
      let path = place("sub-9\(number)_label-GM_probseg.nii.gz")
      try SyntheticMaps.ball(at: [Double(6 + number % 3), 7, 7.5], radius: 4).write(to: path)
      return path
    }
    let maps = try MapSet(paths)
    let error = #expect(throws: LatentError.self) {
      try LatentTrainer(configuration(.pca, size: 8), threads: 1).run(training: maps)
    }
    guard case .tooFewComponents(let found, needed: 8) = error else {
      Issue.record("\(error as Any)")
      return
    }
    #expect(found <= 3)
  }

  @Test("maps above 1, such as modulated ones, and their changes are not clamped")
  func modulated() throws {
    let other = try Workplace()
    var modulated = SyntheticMaps(count: 12, seed: 4)
    modulated.maps = modulated.maps.map { map in
      Volume(grid: map.grid, voxels: map.voxels.map { 1.5 * $0 })
    }
    let maps = try MapSet(try modulated.written(to: other))
    let outcome = try LatentTrainer(configuration(.pca, size: 11), threads: 1).run(training: maps)
    // As many components as 12 maps have give all of them back.
    #expect(outcome.training.explained > 0.999)
    try outcome.model.write(to: other("m.safetensors"), program: "test")
    let model = try LatentModel(contentsOf: other("m.safetensors"))
    let map = try #require(try model.decode(model.encode([maps.values[0]], threads: 1), threads: 1).first)
    #expect(try #require(map.voxels.max()) > 1.4)
    let change = try #require(try model.decode(changes: [model.step(along: "z1")], threads: 1).first)
    #expect(zip(model.scaling.mean, change.voxels).contains { $0 > 1 && abs($1) > 0.01 })
  }

  @Test("features are read by the names of their columns, and rows have the names of their scans")
  func table() throws {
    let model = try outcome(configuration(.pca, size: 2)).model
    let text = "participant_id\tscan\tz2\tz1\nsub-1\tsub-1_ses-1\t2\t1\nsub-1\tsub-1_ses-2\t4\t3\n"
    let rows = try DataTable(text: text, path: "f.tsv").features(of: model)
    #expect(rows.map { $0.name } == ["sub-1_ses-1", "sub-1_ses-2"])
    #expect(rows.map { $0.values } == [[1, 2], [3, 4]])
    let other = try DataTable(text: text.replacing("z2", with: "z3"), path: "f.tsv")
    let missing = AssociationError.noSuchColumn(
      path: "f.tsv", column: "z2", found: ["participant_id", "scan", "z3", "z1"])
    #expect(throws: missing) { try other.features(of: model) }
  }

  @Test("names that would give two rows one file are refused")
  func outputs() throws {
    let files = LatentMapFiles(folder: "o")
    try LatentMapFiles.check(["a", "b"]) { files.change($0) }
    let error = LatentError.sameOutput(path: files.change("a-b"), first: "a b", second: "a-b")
    #expect(throws: error) { try LatentMapFiles.check(["a b", "c", "a-b"]) { files.change($0) } }
  }
}
