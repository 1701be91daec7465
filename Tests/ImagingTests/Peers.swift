import Foundation

/// Other programs that read and write NIfTI, where this machine has them.
enum Peers {
  /// A Python with nibabel and SimpleITK: `GRISEA_PYTHON` or `python3`.
  static let python = ProcessInfo.processInfo.environment["GRISEA_PYTHON"] ?? "python3"
  static let nibabelAndSimpleITK = run("import nibabel, SimpleITK") != nil

  /// NIfTI's own checker: `nifti_tool` of Debian's nifti-bin, or the program that GRISEA_NIFTI_TOOL names.
  static let niftiTool = ProcessInfo.processInfo.environment["GRISEA_NIFTI_TOOL"] ?? "nifti_tool"
  static let hasNIfTITool = command([niftiTool, "-ver"]) != nil

  /// What a Python script prints, or `nil` where it fails.
  static func run(_ script: String, _ arguments: [String] = []) -> String? {
    command([python, "-c", script] + arguments)
  }

  /// What a command prints, or `nil` where it fails or there is none of that name.
  static func command(_ words: [String]) -> String? {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = words
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return nil }
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return process.terminationStatus == 0 ? String(decoding: data, as: UTF8.self) : nil
  }
}
