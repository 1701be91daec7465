import Foundation

/// A C library that is compiled for the tests and loaded before a program's own libraries.
package struct PreloadedLibrary: Sendable {
  /// The path of the shared library, which exists until the tests end.
  package let path: String

  /// Compiles a source with clang.
  package init(source: URL) throws {
    let name = source.deletingPathExtension().lastPathComponent
    path = FileManager.default.temporaryDirectory.appending(path: "grisea-\(name)-\(getpid()).so").path
    try ExternalProgram.output(["clang", "-shared", "-fPIC", "-O1", "-o", path, source.path, "-ldl"])
  }

  /// Returns the environment in which a program loads the library.
  /// - Parameter variables: what the library reads.
  package func environment(_ variables: [String: String]) -> [String: String] {
    variables.merging(["LD_PRELOAD": path]) { mine, _ in mine }
  }
}
