import Imaging

extension FuzzTarget {
  /// SPM's `.mat` files: MATLAB files of level 4 and 5 in both byte orders, and compressed elements, which are damaged
  /// before they are compressed.
  static var matrices: FuzzTarget {
    let affine = [-2, 0, 0, 0, 0, 2, 0.5, 0, 0, -0.5, 2, 0, 40, -30, 7, 1] as [Double]
    let originals = [false, true].flatMap { isBig in
      [
        MATBytes(isBig: isBig).level4(["M", "mat"], affine),
        MATBytes(isBig: isBig).head + MATBytes(isBig: isBig).element("mat", affine),
        MATBytes(isBig: isBig).head + MATBytes(isBig: isBig).element("M", affine + affine),
      ]
    }
    return FuzzTarget(
      name: "matrices",
      damaged: { mutator in
        if mutator.below(3) > 0 {
          var bytes = mutator.element(of: originals)
          ImageDamage.damage(&bytes, &mutator)
          return FuzzInput(bytes)
        }
        let file = MATBytes(isBig: mutator.below(2) == 1)
        var inner = file.element("mat", affine)
        ImageDamage.damage(&inner, &mutator)
        var packed = file.packed(inner)
        if mutator.below(4) == 0 { ImageDamage.damage(&packed, &mutator) }
        return FuzzInput(file.head + packed)
      },
      read: { input, _ in _ = try SPMMatrix.affine(input.bytes) })
  }
}

/// The bytes of MATLAB files, as the document MAT-File Format describes them.
private struct MATBytes {
  let isBig: Bool

  private func bytes<Bits: FixedWidthInteger>(_ value: Bits) -> [UInt8] {
    withUnsafeBytes(of: isBig ? value.bigEndian : value.littleEndian) { Array($0) }
  }

  private func bytes(_ values: [Double]) -> [UInt8] { values.flatMap { bytes($0.bitPattern) } }

  private func numbers(_ values: Int...) -> [UInt8] { values.flatMap { bytes(Int32($0)) } }

  /// A file of level 4 that holds one 4×4 matrix under several names.
  func level4(_ names: [String], _ values: [Double]) -> [UInt8] {
    names.flatMap { name -> [UInt8] in
      var result = numbers(isBig ? 1000 : 0, 4, 4, 0, name.utf8.count + 1)
      result += Array(name.utf8) + [0]
      return result + bytes(values)
    }
  }

  /// The head of a file of level 5.
  var head: [UInt8] {
    let text = "MATLAB 5.0 MAT-file" + String(repeating: " ", count: 105)
    return Array(text.utf8) + bytes(UInt16(0x100)) + Array((isBig ? "MI" : "IM").utf8)
  }

  /// An element of level 5: a matrix of four rows with its flags, dimensions and name.
  func element(_ name: String, _ values: [Double]) -> [UInt8] {
    let padded = Array(name.utf8) + [UInt8](repeating: 0, count: 8 - name.utf8.count)
    var content = numbers(6, 8, 6, 0, 5, 8, 4, values.count / 4, 1, name.utf8.count) + padded
    content += numbers(9, 8 * values.count) + bytes(values)
    return numbers(14, content.count) + content
  }

  /// A compressed element: a zlib stream of one stored block.
  func packed(_ content: [UInt8]) -> [UInt8] {
    let length = UInt16(truncatingIfNeeded: content.count)
    let sums = content.reduce(into: (a: UInt32(1), b: UInt32(0))) { sums, byte in
      sums.a = (sums.a + UInt32(byte)) % 65521
      sums.b = (sums.b + sums.a) % 65521
    }
    var stream: [UInt8] = [0x78, 0x01, 0x01]
    for number in [length, ~length] { stream += [UInt8(number & 0xff), UInt8(number >> 8)] }
    stream += content
    stream += withUnsafeBytes(of: (sums.b << 16 | sums.a).bigEndian) { Array($0) }
    return numbers(15, stream.count) + stream
  }
}
