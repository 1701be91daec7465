/// Quoting of words for a POSIX shell.
public enum ShellWords {
  /// Returns the words on one line, separated by spaces. Words with special characters are quoted.
  public static func line(_ words: [String]) -> String { words.map(quoted).joined(separator: " ") }

  private static func quoted(_ word: String) -> String {
    let plain = word.unicodeScalars.allSatisfy {
      $0.value > 127 || $0.properties.isAlphabetic || ("0"..."9").contains($0)
        || "-_./=,:+@%".unicodeScalars.contains($0)
    }
    return plain && !word.isEmpty ? word : "'" + word.replacing("'", with: "'\\''") + "'"
  }
}
