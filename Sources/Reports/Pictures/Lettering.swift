/// Text in pictures, in the letters of 5 × 7 pixels that `Assets/letters.txt` shows, with one row below the line.
///
/// Characters that are not in that file are drawn as boxes.
enum Lettering {
  /// Rows of a letter.
  static let height = 8
  /// Columns of a letter with the space beside it.
  static let advance = 6

  /// Returns the width of a text in pixels.
  static func width(of text: String, scale: Int = 1) -> Int { advance * text.count * scale }

  /// Returns the ink of a text: `rows[y][x]`.
  static func rows(of text: String) -> [[Bool]] {
    (0..<height).map { row in
      text.flatMap { character in
        (0..<advance).map { (letters[character] ?? box)[row][$0] }
      }
    }
  }

  private static let box: [[Bool]] = (0..<height).map { row in
    (0..<advance).map { row < 7 && $0 < 5 && (row == 0 || row == 6 || $0 == 0 || $0 == 4) }
  }

  /// The file has blocks of nine lines: characters, each above the first column of its letter, and the letters.
  private static let letters: [Character: [[Bool]]] = {
    let text = String(decoding: PackageResources.letters_txt, as: UTF8.self)
    let lines = text.split(separator: "\n").map { Array($0) }
    var letters: [Character: [[Bool]]] = [" ": blank]
    for start in stride(from: 0, to: lines.count - height, by: height + 1) {
      for (column, character) in lines[start].enumerated() where character != " " {
        letters[character] = (1...height).map { row in
          (0..<advance).map {
            column + $0 < lines[start + row].count && lines[start + row][column + $0] == "#"
          }
        }
      }
    }
    return letters
  }()

  private static let blank = [[Bool]](repeating: [Bool](repeating: false, count: advance), count: height)
}

extension Picture {
  /// Draws a text with a black border, which separates it from a bright image. What does not fit is cut off.
  /// - Parameters:
  ///   - text: the text.
  ///   - x: left edge in pixels.
  ///   - y: upper edge in pixels.
  ///   - scale: size of a pixel of the letters.
  ///   - colour: red, green and blue.
  mutating func write(
    _ text: String, x: Int, y: Int, scale: Int = 1, colour: SIMD3<UInt8> = [255, 255, 255]
  ) {
    let rows = Lettering.rows(of: text)
    func draw(_ colour: SIMD3<UInt8>, border: Int) {
      for (row, ink) in rows.enumerated() {
        for (column, isInk) in ink.enumerated() where isInk {
          for dy in -border..<scale + border {
            for dx in -border..<scale + border {
              let (px, py) = (x + column * scale + dx, y + row * scale + dy)
              if (0..<width).contains(px), (0..<height).contains(py) { self[px, py] = colour }
            }
          }
        }
      }
    }
    draw([0, 0, 0], border: 1)
    draw(colour, border: 0)
  }

  /// Size of letters that suits the picture: they have about a twentieth of its height.
  private var letterScale: Int { max(1, height / 160) }

  /// Writes what is at the left and at the right edge into the upper corners.
  mutating func mark(_ ends: (left: String, right: String)) {
    let scale = letterScale
    write(ends.left, x: 2 * scale, y: 2 * scale, scale: scale)
    write(
      ends.right, x: width - Lettering.width(of: ends.right, scale: scale) - scale, y: 2 * scale, scale: scale
    )
  }

  /// Returns the picture below a line with a name, and the names of tissues in their colors as far as there is room.
  func titled(_ name: String, _ layers: [TissueLayer]) -> Picture {
    let scale = min(2, max(1, height / 480))
    let line = (Lettering.height + 4) * scale
    var result = Picture(width: width, height: height + line)
    result.draw(self, x: 0, y: line)
    result.write(name, x: 2 * scale, y: 2 * scale, scale: scale)
    let names = Lettering.width(of: name, scale: scale) + 8 * scale
    var x = width
    for layer in layers.reversed() {
      x -= Lettering.width(of: layer.name, scale: scale) + Lettering.advance * scale
      if x > names { result.write(layer.name, x: x, y: 2 * scale, scale: scale, colour: layer.colour) }
    }
    return result
  }
}
