import Foundation
import Imaging
import Morphometry
import Testing

@Suite("Templates of a group")
struct TemplateBuilderTests {
  @Test("heads that differ by opposite flows give the head between them")
  func middle() throws {
    let flows = [-5.0, 5].map {
      Diffeomorphism(exponentialOf: TissuePhantom.waves(on: TissuePhantom.grid, size: $0))
    }
    let heads = flows.map { flow in TissuePhantom.head { flow($0) } }
    var settings = DiffeomorphicRegistrationTests.settings
    for level in settings.levels.indices { settings.levels[level].steps = 8 }
    let builder = TemplateBuilder(standard: TissuePhantom.head(), settings: settings, stiffness: [2, 1])
    let template = try #require(builder(count: 2) { heads[$0] })
    func difference(_ a: TissueMaps, _ b: TissueMaps) -> Double {
      zip(a.gray.voxels, b.gray.voxels).map { Double(abs($0 - $1)) }.mean
    }
    let middle = TissuePhantom.head()
    // Borders are thinner than voxels, and are blurred by being interpolated.
    #expect(difference(template, middle) < 0.45 * difference(heads[0], middle))
    let sum = template.gray.voxels.reduce(0, +)
    #expect(abs(sum / middle.gray.voxels.reduce(0, +) - 1) < 0.1)
  }

  @Test("a mean of placements is without their mean velocity")
  func centre() throws {
    let box = TissuePhantom.grid.velocityBox(every: 2)
    let velocity = TissuePhantom.waves(on: box, size: 4)
    let placements = [velocity, -velocity, velocity].map { HeadPlacement(affine: .identity, velocity: $0) }
    let centre = try #require(HeadPlacement.meanVelocity(placements))
    #expect((centre[10, 12, 11] - velocity[10, 12, 11] / 3).max() < 1e-5)
    var mean = TemplateMean(grid: TissuePhantom.grid, centre: velocity)
    #expect(mean.maps == nil)
    mean.add(TissuePhantom.head(), at: HeadPlacement(affine: .identity, velocity: velocity))
    #expect(mean.maps == TissuePhantom.head())
  }

  @Test("a written velocity is read again to the bit")
  func file() throws {
    let velocity = TissuePhantom.waves(on: TissuePhantom.grid.velocityBox(every: 2), size: 4)
    let path = FileManager.default.temporaryDirectory.appending(path: "velocity-\(UUID().uuidString).nii.gz")
      .path
    defer { try? FileManager.default.removeItem(atPath: path) }
    try velocity.volume.write(to: path)
    #expect(StationaryVelocityField(try VectorVolume(contentsOf: path)) == velocity)
  }

  @Test("a file without vectors is refused as such")
  func scalarFile() throws {
    let path = FileManager.default.temporaryDirectory.appending(path: "scalar-\(UUID().uuidString).nii").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    try TissuePhantom.head().gray.write(to: path)
    #expect(throws: NIfTIError.self) { try VectorVolume(contentsOf: path) }
    #expect(throws: NIfTIError.self) { try VectorVolume(contentsOf: path + ".missing") }
  }

  @Test("a map that is unlike the others has the least correlation with their mean")
  func homogeneity() throws {
    let maps = [1.0, 1.02, 0.98, 0.7].map { scale in TissuePhantom.head { scale * $0 }.gray }
    var homogeneity = Homogeneity(grid: TissuePhantom.grid)
    #expect(homogeneity.correlation(of: maps[0]) == nil)
    for map in maps { homogeneity.add(map) }
    let correlations = try maps.map { try #require(homogeneity.correlation(of: $0)) }
    #expect(correlations.min() == correlations[3])
    // Against the definition, with the mean of the three others.
    let others = maps[0].voxels.indices.map {
      (maps[1].voxels[$0] + maps[2].voxels[$0] + maps[3].voxels[$0]) / 3
    }
    let (x, y) = (maps[0].voxels.map(Double.init), others.map(Double.init))
    let (a, b) = (x.mean, y.mean)
    let products = zip(x, y).map { ($0 - a) * ($1 - b) }.reduce(0, +)
    let squares = (x.map { ($0 - a) * ($0 - a) }.reduce(0, +) * y.map { ($0 - b) * ($0 - b) }.reduce(0, +))
      .squareRoot()
    #expect(abs(correlations[0] - products / squares) < 1e-6)
  }
}
