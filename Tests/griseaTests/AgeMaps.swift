import Imaging
import TestSupport

extension Workplace {
  /// Writes gray matter maps of 3 mm of people of different ages, and their table of participants. Each year of age takes
  /// 1 % of the gray matter of one corner.
  /// - Parameters:
  ///   - count: the number of people, even.
  ///   - table: the path of the table.
  func writeAgeMaps(count: Int, table: String) throws {
    let grid = Grid(shape: [16, 16, 16], affine: Affine(spacing: [3, 3, 3], origin: [-22.5, -22.5, -22.5]))
    var rows = "participant_id\tage\tsex\n"
    for number in 0..<count {
      let (age, middle) = (20 + number * 7 % count, 20 + count / 2)
      rows += "sub-\(10 + number)\t\(age)\t\(number % 2 == 0 ? "f" : "m")\n"
      var volume = Volume(
        grid: grid, voxels: Samples.noise(grid.count, seed: UInt64(number)).map { 0.6 + $0 / 50 })
      for k in 0..<6 {
        for j in 0..<6 { for i in 0..<6 { volume[i, j, k] *= 1 - 0.01 * Float(age - middle) } }
      }
      try volume.write(to: self("sub-\(10 + number)_desc-modulated_probseg.nii.gz"))
    }
    try write(rows, to: table)
  }
}
