import Numerics

/// The matrix that SPM keeps in a `.mat` file beside an Analyze image, which has no orientation of its own.
///
/// SPM99 writes `M`, later versions `mat`; `mat` is preferred where both are there. Both take voxels that are counted from
/// 1; `M` describes the image before its first axis is flipped, as SPM and nibabel (`Spm99AnalyzeImage`) take it.
enum SPMMatrix {
  /// Why a `.mat` file is not used.
  enum Failure: Error, Hashable {
    case unreadable
    case notMAT
    case level73
    case damaged
    /// Neither `M` nor `mat` is a matrix of four rows that can be inverted.
    case noMatrix
  }

  /// Voxel, counted from 0 → world RAS mm, from the bytes of a `.mat` file.
  static func affine(_ bytes: [UInt8]) throws(Failure) -> Affine {
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

  /// Of a series the matrix of the first volume.
  private static func affine(_ matrix: MATFile.Matrix) -> Affine? {
    guard matrix.rows == 4, matrix.values.count >= 16 else { return nil }
    func column(_ index: Int) -> SIMD3<Double> { SIMD3(matrix.values[4 * index..<4 * index + 3]) }
    var affine = Affine(i: column(0), j: column(1), k: column(2), origin: column(3))
    affine.origin = affine(.one)
    return affine.invertible
  }
}

extension NIfTIHeader {
  /// The header, of an Analyze image placed by SPM's `.mat` file beside `path`, if there is one.
  func placed(_ path: String) -> NIfTIHeader {
    guard format == .analyze, let matrix = PairName.matrix(of: path) else { return self }
    var header = self
    header.place(by: matrix)
    return header
  }

  private mutating func place(by matrix: String) {
    do {
      guard var file = try? FileBytes(path: matrix), let bytes = try? file.read(1 << 22) else {
        throw SPMMatrix.Failure.unreadable
      }
      let affine = try SPMMatrix.affine(bytes)
      let before = doubts()
      grid.affine = affine
      gridSource = .matrix
      warnings.removeAll { before.contains($0) }
      warnings += doubts()
    } catch {
      let reason = (error as? SPMMatrix.Failure) ?? .unreadable
      warnings.append(.unusableMatrix(path: matrix, reason: "\(reason)"))
    }
  }
}

extension SPMMatrix.Failure: CustomStringConvertible {
  var description: String {
    switch self {
    case .unreadable: "cannot be read"
    case .notMAT: "is no MATLAB file"
    case .level73: "is a MATLAB file of level 7.3 (save it with -v6)"
    case .damaged: "is damaged"
    case .noMatrix: "holds no matrix M or mat of 4×4 numbers"
    }
  }
}
