import Files
import Foundation
import Imaging
import Numerics
import Statistics

/// Maps of many scans on one grid in a common space.
public struct MapSet: Sendable {
  /// The grid of all maps.
  public let grid: Grid
  /// The subject of each map, such as `sub-01_ses-2`, in the order of the paths.
  public let subjects: [Subject]
  /// The voxels of each map, i fastest.
  public let values: [[Float]]

  /// Reads maps.
  /// - Parameters:
  ///   - paths: the files.
  ///   - grid: the grid that all maps must have; by default that of the first map.
  /// - Throws: `NIfTIError`; `LatentError` if there are no maps, several maps of a scan, or maps on different grids.
  public init(_ paths: [String], grid: Grid? = nil) throws {
    guard !paths.isEmpty else { throw LatentError.noMaps }
    subjects = paths.map { ScanName(path: $0).subject }
    var known: [Subject: String] = [:]
    for (subject, path) in zip(subjects, paths) {
      guard let first = known.updateValue(path, forKey: subject) else { continue }
      throw LatentError.sameScan(subject.description, first: first, second: path)
    }
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
  }

  init(grid: Grid, subjects: [Subject], values: [[Float]]) {
    self.grid = grid
    self.subjects = subjects
    self.values = values
  }

  /// Whether all voxels are probabilities, up to the rounding errors of resampling and smoothing.
  var isBounded: Bool {
    values.allSatisfy { map in map.allSatisfy { Self.probabilities.contains($0) } }
  }

  private static let probabilities: ClosedRange<Float> = -1e-4...1.0001

  /// Returns a subset of the maps.
  func scans(at indices: [Int]) -> MapSet {
    MapSet(grid: grid, subjects: indices.map { subjects[$0] }, values: indices.map { values[$0] })
  }
}

extension MapSet {
  /// Splits the maps into training maps and the validation maps of a share of the persons, drawn with a seed.
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
  /// A summary for the terminal: the agreement of maps and reconstructions.
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

/// The output files of maps that are decoded from latent features.
public struct LatentMapFiles: Sendable {
  /// The output folder.
  public let folder: String

  /// Names files in a folder.
  public init(folder: String) { self.folder = folder }

  /// Returns the path of the map of a row of features.
  public func map(_ name: String) -> String {
    folder.joined(Self.word(name) + "_desc-reconstructed_probseg.nii.gz")
  }

  /// Returns the path of the change of maps along a row of changes, such as that of a target.
  public func change(_ name: String) -> String { folder.joined(Self.word(name) + "_change.nii.gz") }

  /// Returns the path of the saliency map of a prediction.
  public func saliency(_ name: String) -> String { folder.joined(Self.word(name) + "_saliency.nii.gz") }

  /// Checks that no two names have the same file.
  /// - Parameters:
  ///   - names: names of rows.
  ///   - path: the path of a row's map.
  /// - Throws: `LatentError.sameOutput`.
  public static func check(_ names: [String], path: (String) -> String) throws(LatentError) {
    var owners: [String: String] = [:]
    for name in names {
      guard let owner = owners.updateValue(name, forKey: path(name)) else { continue }
      throw .sameOutput(path: path(name), first: owner, second: name)
    }
  }

  /// Returns a name in which each character that file names should not have is replaced.
  private static func word(_ name: String) -> String {
    String(name.map { $0.isLetter || $0.isNumber || "-_".contains($0) ? $0 : "-" })
  }
}

/// The scaling of maps to a network's input: the difference from the mean map, divided by the root mean square of all
/// differences.
public struct MapScaling: Hashable, Sendable {
  /// The mean map.
  public let mean: [Float]
  /// The root mean square of the differences.
  public let scale: Float

  init(mean: [Float], scale: Float) {
    self.mean = mean
    self.scale = scale
  }

  /// Computes the scaling of at least one map.
  init(_ maps: [[Float]]) {
    precondition(!maps.isEmpty, "needed at least one map")
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
