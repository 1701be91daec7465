import Foundation
import Imaging

extension AtomicFile.Failure {
  /// The words that follow "cannot be written: ".
  package var reason: String {
    switch self {
    case .missingFolder(let folder): "the folder \(folder) does not exist; create it first"
    case .unwritable(let code): String(cString: strerror(code)).lowercased()
    case .altered: Self.alteredWords
    }
  }
}
