import Foundation
import Imaging
import Morphometry

/// A head of `head-labels-freesurfer`: gray and white matter, and the structures that judge.
struct LabelledHead {
  let labels: LabelMap
  let maps: TissueMaps

  init(_ number: Int, in folder: String) throws {
    let path = String(format: "\(folder)/sub-%02d_dseg.nii.gz", number)
    let labels = try NIfTIImage(contentsOf: path).labelMap()
    let table = LabelTable.freesurfer
    let tissues = Dictionary(uniqueKeysWithValues: Set(labels.labels).map { ($0, table.tissue(of: $0)) })
    func map(_ tissue: Tissue) -> Volume {
      Volume(grid: labels.grid, voxels: labels.labels.map { tissues[$0] == tissue ? 1 : 0 })
    }
    self.labels = labels
    maps = TissueMaps(gray: map(.grayMatter), white: map(.whiteMatter))
  }
}

/// How well labels of several heads agree after normalization, and how much was deformed for that.
struct LabelComparison {
  /// FreeSurfer's codes: thalamus, caudate, putamen, pallidum, hippocampus, amygdala, accumbens, cerebellar cortex and
  /// lateral ventricle of both sides, and the brain stem.
  private static let structures: [UInt16] = [
    10, 49, 11, 50, 12, 51, 13, 52, 17, 53, 18, 54, 26, 58, 8, 47, 4, 43, 16,
  ]

  private var labels: [[UInt16]] = []
  private var gray: [[Bool]] = []
  private var qualities: [NormalizationQuality] = []
  private var seconds: [Double] = []
  /// Distances in mm between a place and where the fields lead there and back, in the brain.
  private var inconsistency: [Double] = []

  mutating func add(_ head: LabelledHead, _ normalizer: ScanNormalizer) throws {
    let start = CPUTime.now
    guard let found = normalizer(head.maps) else { return }
    seconds.append(CPUTime.now - start)
    labels.append(found.normalized(head.labels).labels)
    gray.append(found.normalized(head.maps.gray).voxels.map { $0 > 0.5 })
    qualities.append(NormalizationQuality(found, of: head.maps, on: normalizer.template))
    inconsistency += Self.inconsistency(found, in: head.maps.grid, normalizer.template)
  }

  /// The written fields, interpolated linearly as ITK does.
  private static func inconsistency(
    _ found: ScanNormalization, in head: Grid, _ template: TissueMaps
  ) -> [Double] {
    guard let back = found.fieldOfTemplate(in: head)?.linear else { return [] }
    let (there, grid) = (found.fieldOfHead, template.grid)
    var result: [Double] = []
    for k in stride(from: 0, to: grid.shape.z, by: 2) {
      for j in 0..<grid.shape.y {
        for i in 0..<grid.shape.x {
          let index = grid.offset(i, j, k)
          guard template.gray.voxels[index] + template.white.voxels[index] > 0.5 else { continue }
          let start = grid.affine([Double(i), Double(j), Double(k)])
          let place = start + there.vectors[index].ras
          let difference = place + SIMD3<Float>(back(place)).ras - start
          result.append((difference * difference).sum().squareRoot())
        }
      }
    }
    return result
  }

  var lines: [String] {
    var (structures, overlaps): ([Double], [Double]) = ([], [])
    for one in labels.indices {
      for other in labels.indices where other > one {
        let dices = Self.structures.map { code in
          Self.dice(labels[one].map { $0 == code }, labels[other].map { $0 == code })
        }
        structures.append(dices.mean)
        overlaps.append(Self.dice(gray[one], gray[other]))
      }
    }
    let sorted = inconsistency.sorted()
    let spread = qualities.map(\.deformation)
    return [
      String(
        format: "  Dice of 19 structures %.4f, of gray matter %.4f, pairs of heads", structures.mean,
        overlaps.mean),
      String(
        format: "  folded voxels %d, least determinant %.3f, SD of its log %.3f (at most %.3f)",
        qualities.reduce(0) { $0 + $1.foldedVoxels }, qualities.map(\.leastDeterminant).min() ?? .nan,
        spread.mean, spread.max() ?? .nan),
      String(
        format: "  there and back %.4f mm, 99th percentile %.3f; mass off by at most %.2f %%", sorted.mean,
        sorted.isEmpty ? .nan : sorted[sorted.count * 99 / 100],
        100 * (qualities.map { abs($0.massRatio - 1) }.max() ?? .nan)),
      String(format: "  registration %.1f CPU s a head", seconds.mean),
    ]
  }

  private static func dice(_ one: [Bool], _ other: [Bool]) -> Double {
    var (both, sum) = (0, 0)
    for index in one.indices {
      both += one[index] && other[index] ? 1 : 0
      sum += (one[index] ? 1 : 0) + (other[index] ? 1 : 0)
    }
    return sum > 0 ? 2 * Double(both) / Double(sum) : 1
  }
}

extension SIMD3<Float> {
  /// A displacement of ITK (LPS) in RAS.
  fileprivate var ras: SIMD3<Double> { SIMD3<Double>(-Double(x), -Double(y), Double(z)) }
}
