import Foundation

/// Where this program lies, as a path that starts it again.
enum ExecutablePath {
  /// An absolute path, except where neither a launcher nor `/proc` gives one.
  static let value =
    launcher(in: ProcessInfo.processInfo.environment, process: getpid())
    ?? Bundle.main.executablePath ?? CommandLine.arguments[0]

  /// The path of the launcher of a package, or `nil` where the program was started directly.
  ///
  /// In a package the program is started by the package's own dynamic loader, so that the system takes the loader for
  /// this process's executable. The launcher (Pipelines/packaging/launcher.c) therefore sets `GRISEA_LAUNCHER` to
  /// `PROCESS:PATH`. A value with the number of another process was inherited from a parent.
  static func launcher(in environment: [String: String], process: Int32) -> String? {
    guard let parts = environment["GRISEA_LAUNCHER"]?.split(separator: ":", maxSplits: 1), parts.count == 2,
      parts[0] == "\(process)"
    else { return nil }
    return String(parts[1])
  }
}
