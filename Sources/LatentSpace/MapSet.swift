import Files
import Foundation
import Imaging
import Numerics
import Statistics

/// Maps of many scans in a common space, voxel upon voxel.
public struct MapSet: Sendable {
  public let grid: Grid
  /// `sub-01_ses-2`, in the order of the paths.
  public let subjects: [Subject]
  /// Of each scan, i fastest.
  public let values: [[Float]]

  /// - Parameter grid: where the maps must lie; by default where the first does.
  /// - Throws: `NIfTIError`, `LatentError`.
  public init(_ paths: [String], grid: Grid? = nil) throws {
    guard !paths.isEmpty else { throw LatentError.noMaps }
    var (own, values) = (grid, [[Float]]())
    for path in paths {
      let volume = try NIfTIImage(contentsOf: path).volume
      let needed = own ?? volume.grid
      guard volume.grid.matches(needed) else {
        throw LatentError.otherGrid(path: path, found: volume.grid.shape, needed: needed.shape)
      }
      own = needed
      values.append(volume.voxels)
    }
    self.grid = own ?? Grid(shape: .one, affine: .identity)
    self.values = values
    subjects = paths.map { ScanName(path: $0).subject }
  }

  init(grid: Grid, subjects: [Subject], values: [[Float]]) {
    self.grid = grid
    self.subjects = subjects
    self.values = values
  }

  /// Some of the scans.
  func scans(at indices: [Int]) -> MapSet {
    MapSet(grid: grid, subjects: indices.map { subjects[$0] }, values: indices.map { values[$0] })
  }
}

extension MapSet {
  /// The maps to learn from, and those of a share of the people, who only validate.
  public func split(validation share: Double, seed: UInt64) -> (training: MapSet, validation: MapSet?) {
    guard share > 0 else { return (self, nil) }
    let people = subjects.map(\.person)
    let split = DatasetSplit(subjects: people, validationFraction: share, seed: seed)
    let held = Set(split.validation)
    let parts = Dictionary(grouping: people.indices, by: { held.contains(people[$0]) })
    return (scans(at: parts[false] ?? []), parts[true].map(scans(at:)))
  }
}

extension LatentTrainer.Outcome {
  /// For a person: how much of the maps comes back.
  public var text: String {
    func line(_ name: String, _ scores: ReconstructionScores) -> String {
      String(
        format:
          "%@ %d maps: mean squared error %.5f, %.1f %% of the differences from the mean map, GM Dice %.4f",
        name, scores.scans, scores.meanSquaredError, 100 * scores.explained, scores.dice)
    }
    return ([line("trained on", training)] + [validation].compactMap { $0.map { line("held out", $0) } })
      .joined(separator: "\n")
  }
}

/// Where maps go that are made of latent features.
public struct LatentMapFiles: Sendable {
  public let folder: String

  public init(folder: String) { self.folder = folder }

  /// The map of a row of features with this name.
  public func map(_ name: String) -> String {
    folder.joined(Self.word(name) + "_desc-reconstructed_probseg.nii.gz")
  }

  /// How maps change along a row of changes with this name, such as a target's.
  public func change(_ name: String) -> String { folder.joined(Self.word(name) + "_change.nii.gz") }

  /// How a prediction with this name rises with each voxel.
  public func saliency(_ name: String) -> String { folder.joined(Self.word(name) + "_saliency.nii.gz") }

  /// A column's name may hold what a file's cannot.
  private static func word(_ name: String) -> String {
    String(name.map { $0.isLetter || $0.isNumber || "-_".contains($0) ? $0 : "-" })
  }
}

/// How a map becomes a network's input: its difference from the mean map, over the root mean square of all
/// differences.
public struct MapScaling: Hashable, Sendable {
  public let mean: [Float]
  public let scale: Float

  init(mean: [Float], scale: Float) {
    self.mean = mean
    self.scale = scale
  }

  /// - Parameter maps: at least one.
  init(_ maps: [[Float]]) {
    precondition(!maps.isEmpty, "a mean is one of maps")
    var sums = [Double](repeating: 0, count: maps[0].count)
    for map in maps { for i in sums.indices { sums[i] += Double(map[i]) } }
    let mean = sums.map { Float($0 / Double(maps.count)) }
    var squares = 0.0
    for map in maps { for i in mean.indices { squares += Double((map[i] - mean[i]) * (map[i] - mean[i])) } }
    self.mean = mean
    scale = max(Float((squares / Double(maps.count * mean.count)).squareRoot()), .leastNormalMagnitude)
  }

  func callAsFunction(_ map: [Float]) -> [Float] { zip(map, mean).map { ($0 - $1) / scale } }
}
