import Foundation

/// A folder that belongs to one test and is removed together with the value.
package final class Workplace {
  package let path: String

  /// Makes an empty folder with a name that no other test has.
  package init() throws {
    path = FileManager.default.temporaryDirectory.appending(path: "grisea-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { remove() }

  /// Removes the folder before the value ends.
  package func remove() { try? FileManager.default.removeItem(atPath: path) }

  /// Returns the path of a file in the folder.
  package func callAsFunction(_ name: String) -> String { path + "/" + name }

  /// Writes a file, makes the folders that it lies in, and returns its path.
  @discardableResult
  package func write(_ bytes: Data, to name: String) throws -> String {
    let folder = (self(name) as NSString).deletingLastPathComponent
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try bytes.write(to: URL(filePath: self(name)))
    return self(name)
  }

  /// Writes a text as UTF-8.
  @discardableResult
  package func write(_ text: String, to name: String) throws -> String {
    try write(Data(text.utf8), to: name)
  }

  package func bytes(_ name: String) throws -> Data { try Data(contentsOf: URL(filePath: self(name))) }

  package func text(_ name: String) throws -> String { String(decoding: try bytes(name), as: UTF8.self) }

  package func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: self(name)) }

  /// Removes a file or folder.
  package func remove(_ name: String) throws { try FileManager.default.removeItem(atPath: self(name)) }

  /// Returns the sorted names of the files and folders that lie directly in the folder.
  package func names() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: path).sorted()
  }

  /// Returns all files below a folder with their bytes, by path relative to that folder.
  package func contents(_ folder: String = "") throws -> [String: Data] {
    let names = try FileManager.default.subpathsOfDirectory(atPath: self(folder))
    var contents: [String: Data] = [:]
    for name in names {
      var isFolder: ObjCBool = false
      let exists = FileManager.default.fileExists(atPath: self(folder) + "/" + name, isDirectory: &isFolder)
      if exists && !isFolder.boolValue { contents[name] = try bytes(folder + "/" + name) }
    }
    return contents
  }

  /// Returns all files below the folder as texts, by relative path.
  package func texts() throws -> [String: String] {
    try contents().mapValues { String(decoding: $0, as: UTF8.self) }
  }

  /// Writes a script that can be executed.
  ///
  /// Another process writes the file: a descriptor of this process could live on in a child that a parallel test has
  /// just forked, and Linux starts no file that is open for writing.
  package func writeProgram(_ text: String, to name: String) throws {
    try write(text, to: name + ".text")
    try ExternalProgram.output(["/usr/bin/install", "-m", "755", self(name + ".text"), self(name)])
    try remove(name + ".text")
  }
}
