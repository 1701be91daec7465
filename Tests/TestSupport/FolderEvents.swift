import Foundation
import Glibc

/// Changes of a folder and of all folders below it, which Linux reports (inotify).
package final class FolderEvents {
  private let path: String
  private let descriptor: Int32
  private static let changes = UInt32(IN_CREATE | IN_MOVED_TO | IN_MODIFY | IN_CLOSE_WRITE | IN_DELETE)

  /// - Parameter path: of a folder that exists.
  package init(_ path: String) throws {
    self.path = path
    descriptor = inotify_init1(Int32(0))
    guard descriptor >= 0 else {
      throw ExternalProgram.Failure(description: "inotify: \(String(cString: strerror(errno)))")
    }
  }

  deinit { close(descriptor) }

  /// Waits until the condition holds; it is evaluated at once and after each change.
  /// - Parameter end: a descriptor that ends the waiting when it can be read.
  package func wait(unlessReadable end: Int32 = -1, until condition: () throws -> Bool) throws {
    while true {
      // Folders are watched before the condition is evaluated: a later change is an event. Those that appear meanwhile
      // are events of the folders above them.
      watchFolders()
      if try condition() { return }
      var waiting = [
        pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0),
        pollfd(fd: end, events: Int16(POLLIN), revents: 0),
      ]
      poll(&waiting, 2, -1)
      if waiting[1].revents != 0 { return }
      var events = [UInt8](repeating: 0, count: 1 << 16)
      _ = read(descriptor, &events, events.count)
    }
  }

  /// Adds what is not watched yet; a folder that is watched already is not watched twice.
  private func watchFolders() {
    inotify_add_watch(descriptor, path, Self.changes)
    for name in (try? FileManager.default.subpathsOfDirectory(atPath: path)) ?? [] {
      inotify_add_watch(descriptor, path + "/" + name, Self.changes | UInt32(IN_ONLYDIR))
    }
  }
}

extension Workplace {
  /// Waits until the condition holds; it is evaluated after each change of a file in the folder.
  package func wait(until condition: () throws -> Bool) throws {
    try FolderEvents(path).wait(until: condition)
  }
}
