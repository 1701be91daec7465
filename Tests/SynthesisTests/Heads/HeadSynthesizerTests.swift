import Imaging
import Numerics
import Synthesis
import TestSupport
import Testing

@Suite("Images synthesized from label maps")
struct HeadSynthesizerTests {
  @Test("undeformed, the truth is the label map's tissues")
  func identity() throws {
    let example = HeadSynthesizer(.plain).example(1, of: try HeadPhantom.head(), named: "a", seed: 3)
    #expect(try example.labels == HeadPhantom.table.tissues(of: HeadPhantom.map()))
  }

  @Test("the truth has the parts of gray matter where they are requested")
  func parts() throws {
    var map = HeadPhantom.map()
    let width = map.grid.shape.x
    for (index, label) in map.labels.enumerated() {
      if label == 10 { map.labels[index] = 12 }  // putamen
      if label == 3, index % width < width / 2 { map.labels[index] = 8 }  // cerebellar cortex
    }
    let head = try HeadLabelMap(map, table: .freesurfer, subject: "a", path: "a.nii")
    #expect(try head.knowsParts && !HeadPhantom.head().knowsParts)
    let example = HeadSynthesizer(.plain, truth: OutputLabel.parts)
      .example(1, of: head, named: "a", seed: 3)
    let values: [UInt16: UInt16] = [0: 0, 2: 2, 3: 8, 4: 3, 8: 12, 12: 9, 24: 3, 511: 0, 515: 0]
    #expect(
      example.labels.labels.map { OutputLabel.parts[Int($0)].value }
        == map.labels.map { values[$0] ?? .max })
  }

  @Test(
    "the truth has structures with their side, on the other side in a mirrored head",
    arguments: [false, true])
  func structures(isMirrored: Bool) throws {
    var map = HeadPhantom.map()
    let (width, height) = (map.grid.shape.x, map.grid.shape.y)
    for (index, label) in map.labels.enumerated() {
      let isRight = index % width >= width / 2
      if label == 2, index / width % height == height / 2 { map.labels[index] = 77 }  // without a side
      if label == 2, isRight { map.labels[index] = 41 }
      if label == 3, isRight { map.labels[index] = 42 }
      if label == 10, !isRight { map.labels[index] = 12 }
      if label == 10, isRight { map.labels[index] = 51 }
    }
    let head = try HeadLabelMap(map, table: .freesurfer, subject: "a", path: "a.nii")
    var synthesis = Synthesis.plain
    synthesis.spatial.flipProbability = isMirrored ? 1 : 0
    let example = HeadSynthesizer(synthesis, truth: OutputLabel.structures)
      .example(1, of: head, named: "a", seed: 3)
    var wanted = map.labels.enumerated().map { index, label -> UInt16 in
      switch label {
      case 77: index % width >= width / 2 ? 41 : 2
      case 511, 515: 0
      default: label
      }
    }
    if isMirrored {
      for start in stride(from: 0, to: wanted.count, by: width) { wanted[start..<start + width].reverse() }
      wanted = wanted.map { BrainStructure(rawValue: $0)?.mirrored.rawValue ?? 0 }
    }
    #expect(example.labels.labels.map { OutputLabel.structures[Int($0)].value } == wanted)
  }

  @Test("without noise and blur every structure has the intensity that was drawn for it")
  func means() throws {
    var generator = SeededGenerator(seed: 8)
    var head = HeadSynthesizer(.plain).head(from: try HeadPhantom.head(), using: &generator)
    head.curve = nil
    let map = HeadPhantom.map()
    let image = head.patch(Window(start: .zero, shape: map.grid.shape)).image
    let matters: [UInt16: TissueClass] = [
      0: .air, 2: .whiteMatter, 3: .cortex, 4: .fluid, 10: .thalamus, 24: .fluid, 511: .skin, 515: .bone,
    ]
    for (value, label) in zip(image, map.labels) {
      let matter = try #require(matters[label])
      guard value != head.palette[matter].mean else { continue }
      Issue.record("label \(label) has \(value), not \(head.palette[matter].mean)")
      break
    }
    #expect(head.palette[.fluid].mean < head.palette[.cortex].mean)
    #expect(head.palette[.cortex].mean < head.palette[.whiteMatter].mean)
  }

  @Test(
    "means and deviations of noisy structures are those that were drawn", arguments: 0..<4 as Range<UInt64>)
  func noisyMeans(seed: UInt64) throws {
    var synthesis = Synthesis.plain
    synthesis.contrast.deviation = 0.05...0.05
    synthesis.acquisition.noise = 0.03...0.03
    synthesis.acquisition.ricianShare = 0
    var generator = SeededGenerator(seed: seed)
    var head = HeadSynthesizer(synthesis).head(from: try HeadPhantom.head(), using: &generator)
    head.curve = nil
    let map = HeadPhantom.map()
    let image = head.patch(Window(start: .zero, shape: map.grid.shape)).image
    let values = zip(image, map.labels).filter { $0.1 == 2 }.map { Double($0.0) }
    let mean = values.reduce(0, +) / Double(values.count)
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
    // Five standard errors.
    let error = 5 * 0.0583 / Double(values.count).squareRoot()
    #expect(abs(mean - Double(head.palette[.whiteMatter].mean)) < error)
    #expect(abs(variance.squareRoot() - (0.05 * 0.05 + 0.03 * 0.03).squareRoot()) < error)
  }

  @Test(
    "a stripped image is 0 outside of what is left, and nothing is labelled there",
    arguments: 0..<6 as Range<UInt64>)
  func stripped(seed: UInt64) throws {
    var synthesis = Synthesis()
    synthesis.stripping.share = 1
    synthesis.stripping.poorShare = 0
    let example = HeadSynthesizer(synthesis).example(1, of: try HeadPhantom.head(), named: "a", seed: seed)
    let (image, labels) = (example.image.voxels, example.labels.labels)
    // Air and skin are far from the brain; the image's border is both.
    let shape = example.shape
    for k in [0, shape.z - 1] {
      for n in 0..<shape.x * shape.y {
        #expect(image[n + k * shape.x * shape.y] == 0 && labels[n + k * shape.x * shape.y] == 0)
      }
    }
    let brain = zip(image, labels).filter { $0.1 == 1 || $0.1 == 2 }
    #expect(brain.count > 3000 && brain.count { $0.0 > 0 } > brain.count * 9 / 10)
    // Within 3 mm of the hull and its ripple, half of the shell of fluid and bone at most is left.
    let rest = zip(image, labels).count { $0.0 != 0 && $0.1 == 0 }
    #expect(rest < brain.count)
  }

  @Test("a patch has the values of the whole image there", arguments: 0..<12 as Range<UInt64>)
  func window(seed: UInt64) throws {
    var synthesis = Synthesis()
    synthesis.acquisition.ghostProbability = 0.5
    var generator = SeededGenerator(seed: seed)
    let head = HeadSynthesizer(synthesis).head(from: try HeadPhantom.head(), using: &generator)
    let whole = head.patch(Window(start: .zero, shape: head.grid.shape))
    let window = Window(start: [7, 9, 5], shape: [20, 16, 24])
    let part = head.patch(window)
    let image = window(Volume(grid: head.grid, voxels: whole.image)).voxels
    let labels = window(LabelMap(grid: head.grid, labels: whole.labels.map(UInt16.init))).labels
    // Coordinates are single precision and start elsewhere: a voxel halfway between two labels may take the
    // other one, and its neighbours see that through the scanner's blur.
    let differences = zip(image, part.image).count { abs($0 - $1) > 1e-4 }
    #expect(differences < part.image.count / 200)
    #expect(zip(labels, part.labels).count { $0 != UInt16($1) } < part.image.count / 1000)
  }

  /// A phantom of 120 voxels has 14,000 points to estimate from, a tenth of a head's: one image may be off by this
  /// share of the range, and all together by a third of it.
  static let scaleTolerance = 0.12

  @Test("the scale estimated from few points is that of the whole image")
  func scale() throws {
    var synthesis = Synthesis()
    synthesis.acquisition.gammaProbability = 0
    let labels = try HeadPhantom.head(120)
    var errors: [Double] = []
    for seed in 0..<16 as Range<UInt64> {
      var generator = SeededGenerator(seed: seed)
      var head = HeadSynthesizer(synthesis).head(from: labels, using: &generator)
      head.curve = nil
      let image = head.patch(Window(start: .zero, shape: head.grid.shape)).image
      let seen = head.view(Volume(grid: head.grid, voxels: image))
      let whole = try IntensityScaling.percentile.scale(of: seen.voxels)
      let estimate = try IntensityScaling.percentile.scale(of: head.overview(every: 5))
      // Where what is 0 and 1 for the one lies for the other.
      for end in [0.0, 1.0] {
        let value = (end - estimate.offset) / estimate.slope
        errors.append(abs(whole.slope * value + whole.offset - end))
      }
    }
    #expect(errors.allSatisfy { $0 < Self.scaleTolerance }, "\(errors)")
    #expect(errors.reduce(0, +) / Double(errors.count) < Self.scaleTolerance / 3)
  }

  @Test("a map without brain is refused by name")
  func noBrain() {
    let map = LabelMap(grid: Grid(shape: [4, 4, 4], affine: .identity), repeating: 511)
    #expect(throws: HeadLabelsError.noBrain("x.nii")) {
      try HeadLabelMap(map, table: .freesurfer, subject: "x", path: "x.nii")
    }
  }
}
