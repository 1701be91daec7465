import Foundation
import Imaging

/// Writes results by `AtomicFile`, so that they appear whole or not at all, in this module's errors.
enum WholeFile {
  static func write(_ data: Data, to path: String) throws(EvaluationError) {
    do throws(AtomicFile.Failure) {
      try AtomicFile.write([[UInt8](data)], to: path)
    } catch {
      switch error {
      case .missingFolder(let folder): throw .noFolder(path: path, folder: folder)
      case .unwritable(let errno):
        throw .notWritten(path: path, reason: String(cString: strerror(errno)).lowercased())
      case .altered: throw .notWritten(path: path, reason: AtomicFile.Failure.alteredWords)
      }
    }
  }
}
