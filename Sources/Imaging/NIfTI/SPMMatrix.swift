import Numerics

/// The matrix that SPM stores in a `.mat` file beside an Analyze image, which has no orientation of its own.
///
/// SPM99 writes `M`, and later versions write `mat`, which is preferred. Both are for voxels counted from 1. `M`
/// describes the image before its first axis is flipped, as interpreted by SPM and by nibabel (`Spm99AnalyzeImage`).
package enum SPMMatrix {
  /// A reason why a `.mat` file is not used.
  package enum Failure: Error, Hashable {
    case unreadable
    case notMAT
    case level73
    case damaged
    /// Neither `M` nor `mat` is an invertible matrix of four rows.
    case noMatrix
  }

  /// Returns the affine from voxel indices, counted from 0, to world RAS mm, from the bytes of a `.mat` file.
  package static func affine(_ bytes: [UInt8]) throws(Failure) -> Affine {
    let file: MATFile
    do throws(MATFile.Failure) { file = try MATFile(bytes) } catch {
      switch error {
      case .notMAT: throw .notMAT
      case .level73: throw .level73
      case .damaged: throw .damaged
      }
    }
    if let matrix = file.matrices["mat"].flatMap(affine) { return matrix }
    guard var matrix = file.matrices["M"].flatMap(affine) else { throw .noMatrix }
    matrix.i.x.negate()
    matrix.j.x.negate()
    matrix.k.x.negate()
    matrix.origin.x.negate()
    return matrix
  }

  /// Returns the affine of a matrix, which for a series is that of the first volume.
  private static func affine(_ matrix: MATFile.Matrix) -> Affine? {
    guard matrix.rows == 4, matrix.values.count >= 16 else { return nil }
    func column(_ index: Int) -> SIMD3<Double> { SIMD3(matrix.values[4 * index..<4 * index + 3]) }
    var affine = Affine(i: column(0), j: column(1), k: column(2), origin: column(3))
    affine.origin = affine(.one)
    return affine.invertible
  }
}

extension NIfTIHeader {
  /// Returns the header. The header of an Analyze image is placed by SPM's `.mat` file beside `path`, if there is one.
  func placed(_ path: String) -> NIfTIHeader {
    guard format == .analyze, let matrix = PairName.matrix(of: path) else { return self }
    var header = self
    header.place(by: matrix)
    return header
  }

  /// Replaces the affine by that of a `.mat` file, or adds a warning if the file cannot be used.
  private mutating func place(by matrix: String) {
    do {
      guard var file = try? FileBytes(path: matrix), let bytes = try? file.read(1 << 22) else {
        throw SPMMatrix.Failure.unreadable
      }
      let affine = try SPMMatrix.affine(bytes)
      let before = geometryWarnings()
      grid.affine = affine
      gridSource = .matrix
      warnings.removeAll { before.contains($0) }
      warnings += geometryWarnings()
    } catch {
      let reason = (error as? SPMMatrix.Failure) ?? .unreadable
      warnings.append(.unusableMatrix(path: matrix, reason: "\(reason)"))
    }
  }
}

extension SPMMatrix.Failure: CustomStringConvertible {
  /// A phrase that follows the path of the file.
  package var description: String {
    switch self {
    case .unreadable: "cannot be read"
    case .notMAT: "is not a MATLAB file"
    case .level73: "is a MATLAB file of level 7.3 (save it with -v6)"
    case .damaged: "is damaged"
    case .noMatrix: "contains no matrix M or mat of 4×4 numbers"
    }
  }
}
