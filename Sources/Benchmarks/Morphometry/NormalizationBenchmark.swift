import Foundation
import Imaging
import Morphometry
import Numerics

/// Normalization judged by structures that the registration does not see: heads with FreeSurfer's labels are registered
/// by their gray and white matter, first to the template inside the program and then to a template made of eight of them.
///
/// GRISEA_HEADS names the folder of `head-labels-freesurfer`. GRISEA_WEIGHTS, such as `0.09,0.01`, replaces the weights of
/// the membrane and the bending energy. GRISEA_TEMPLATE names a folder in which the template of eight is kept, so that
/// weights can be compared without making it again.
enum NormalizationBenchmark {
  /// The heads that are compared, and those of the template.
  private static let (judged, averaged) = ([1, 3, 5, 9], [1, 3, 5, 7, 9, 11, 13, 15])

  static func run() throws {
    let environment = ProcessInfo.processInfo.environment
    guard let folder = environment["GRISEA_HEADS"] else {
      return print("GRISEA_HEADS names no folder of label maps: nothing to measure")
    }
    let words = environment["GRISEA_WEIGHTS"]?.split(separator: ",").compactMap { Double($0) } ?? []
    let settings =
      words.count == 2 ? RegistrationSettings(membrane: words[0], bending: words[1]) : .cohort
    try ParallelLoop.limited(to: 1) {
      let standard = try StandardTemplate().maps
      let template = try self.template(
        of: folder, standard: standard, kept: environment["GRISEA_TEMPLATE"])
      print("membrane \(settings.membrane), bending \(settings.bending) mm²")
      for (name, template) in [("the built-in template", standard), ("a template of 8", template)] {
        let normalizer = ScanNormalizer(template: template, settings: settings)
        var comparison = LabelComparison()
        for number in judged { try comparison.add(LabelledHead(number, in: folder), normalizer) }
        print("onto \(name):\n" + comparison.lines.joined(separator: "\n"))
      }
      try printKnownField(LabelledHead(judged[0], in: folder), settings, onto: standard.grid)
    }
  }

  private static func template(
    of folder: String, standard: TissueMaps, kept: String?
  ) throws -> TissueMaps {
    let files = kept.map { folder in ["gray", "white"].map { "\(folder)/\($0).nii.gz" } }
    if let files, files.allSatisfy(FileManager.default.fileExists) {
      return TissueMaps(
        gray: try NIfTIImage(contentsOf: files[0]).volume, white: try NIfTIImage(contentsOf: files[1]).volume)
    }
    let start = CPUTime.now
    let built = try TemplateBuilder(standard: standard)(count: averaged.count) { number throws(any Error) in
      try LabelledHead(averaged[number], in: folder).maps
    }
    guard let template = built else { return standard }
    print(
      String(format: "template of %d heads, three rounds: %.0f CPU s", averaged.count, CPUTime.now - start))
    if let files {
      try template.gray.write(to: files[0])
      try template.white.write(to: files[1])
    }
    return template
  }

  /// A head that was warped by a known random field of at most 10 mm is registered to itself.
  private static func printKnownField(
    _ head: LabelledHead, _ settings: RegistrationSettings, onto grid: Grid
  ) throws {
    let fixed = TissueMaps(
      gray: head.maps.gray.smoothed(for: grid).resampled(onto: grid),
      white: head.maps.white.smoothed(for: grid).resampled(onto: grid))
    let known = ScanNormalization(
      grid: grid, affine: .identity, velocity: RandomField.velocity(on: grid.velocityBox(every: 2)))
    // The moving head is the fixed one seen by way of the inverse: what is looked for is the field itself.
    let back = ScanNormalization(grid: grid, affine: .identity, velocity: -known.velocity)
    let moving = TissueMaps(gray: back.normalized(fixed.gray), white: back.normalized(fixed.white))
    let velocity = DiffeomorphicRegistration(template: fixed, settings: settings)(moving)
    let found = ScanNormalization(grid: grid, affine: .identity, velocity: velocity).forward.field
    var (errors, moved): ([Double], [Double]) = ([], [])
    for index in grid.innerOffsets
    where fixed.isBorder(index) {
      let (a, b) = (found[index], known.forward.field[index])
      let difference = a - b
      errors.append(
        Double(
          (difference.x * difference.x + difference.y * difference.y + difference.z * difference.z)
            .squareRoot()))
      moved.append(Double((b.x * b.x + b.y * b.y + b.z * b.z).squareRoot()))
    }
    print(
      String(
        format:
          "known random field (moves %.2f mm, at most %.1f): error at borders of gray and white matter %.3f mm (medians)",
        moved.median, moved.max() ?? 0, errors.median))
  }
}

/// A velocity field of smooth noise.
enum RandomField {
  /// Standard deviation of the kernel that the noise is smoothed with, in mm.
  private static let smoothness = 15.0
  private static let longest: Float = 10

  static func velocity(on box: Grid) -> StationaryVelocityField {
    var generator = SeededGenerator(seed: 1)
    let sigma = SIMD3(repeating: smoothness / Double(box.isotropicSpacing))
    let axes = (0..<3).map { _ in
      Volume(grid: box, voxels: (0..<box.count).map { _ in Float.random(in: -1...1, using: &generator) })
        .smoothed(sigma: sigma).voxels
    }
    var result = StationaryVelocityField(grid: box)
    for index in result.vectors.indices {
      result.vectors[index] = SIMD4(axes[0][index], axes[1][index], axes[2][index], 0)
    }
    return result * (longest / result.greatestSpeed)
  }
}

extension TissueMaps {
  /// Whether a voxel lies where gray or white matter begins or ends.
  fileprivate func isBorder(_ index: Int) -> Bool {
    let (row, slice) = (grid.shape.x, grid.shape.x * grid.shape.y)
    return [gray.voxels, white.voxels].contains { map in
      let inside = map[index] > 0.5
      return [1, row, slice].contains { (map[index + $0] > 0.5) != inside }
    }
  }
}

extension Grid {
  /// Offsets of the voxels that have a neighbor on each side.
  fileprivate var innerOffsets: [Int] {
    (1..<shape.z - 1).flatMap { k in
      (1..<shape.y - 1).flatMap { j in (1..<shape.x - 1).map { offset($0, j, k) } }
    }
  }
}

extension [Double] {
  var median: Double { isEmpty ? .nan : sorted()[count / 2] }
  var mean: Double { reduce(0, +) / Double(Swift.max(1, count)) }
}
