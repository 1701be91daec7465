import Imaging

/// Damages image files in the ways that files are damaged, and in those that a parser of headers fears.
struct ImageDamage {
  /// A file of the corpus, and the same inflated where it is compressed.
  struct Original {
    var input: FuzzInput
    var inflated: [UInt8]?
  }

  /// The file with one to eight changes.
  static func damaged(_ original: Original, _ mutator: inout Mutator) throws(NIfTIError) -> FuzzInput {
    var input = original.input
    if let inflated = original.inflated, mutator.below(2) == 0 {
      var bytes = inflated
      damage(&bytes, &mutator)
      input.bytes = try GzipBytes.deflate(bytes)
    } else if input.image != nil && mutator.below(4) == 0 {
      var image = input.image ?? []
      damage(&image, &mutator)
      input.image = image
    } else {
      damage(&input.bytes, &mutator)
      // A plain file, compressed and damaged outside as well as inside.
      if original.inflated == nil && input.image == nil && mutator.below(4) == 0 {
        input.bytes = try GzipBytes.deflate(input.bytes)
        if mutator.below(2) == 0 { damage(&input.bytes, &mutator) }
      }
    }
    return input
  }

  /// Makes one to eight changes.
  static func damage(_ bytes: inout [UInt8], _ mutator: inout Mutator) {
    for _ in 0...mutator.below(8) where !bytes.isEmpty {
      // Most changes in the header, where one byte decides most.
      let place =
        mutator.below(4) == 0 ? mutator.below(bytes.count) : mutator.below(min(bytes.count, 560))
      switch mutator.below(8) {
      case 0: bytes[place] ^= 1 << UInt8(mutator.below(8))
      case 1: bytes[place] = mutator.byte()
      case 2: store(mutator.element(of: numbers), at: place, in: &bytes)
      case 3: store(mutator.element(of: numbers), at: place & ~7, in: &bytes)
      case 4: bytes.removeSubrange(place..<min(place + 1 + mutator.below(32), bytes.count))
      case 5:
        let run = [UInt8](repeating: mutator.byte(), count: 1 + mutator.below(32))
        bytes.insert(contentsOf: run, at: place)
      case 6: if mutator.below(4) == 0 { bytes.removeLast(bytes.count - place) }
      default:
        // One of the fields that decide over memory and layout.
        store(mutator.element(of: numbers), at: mutator.element(of: fields), in: &bytes)
      }
    }
  }

  /// Numbers at which arithmetic breaks, as bytes: integers of 2, 4 and 8 bytes, float32 and float64.
  private static let numbers: [[UInt8]] = {
    let integers: [Int64] = [
      0, 1, -1, 2, 7, 8, 127, 255, 256, 348, 352, 540, 544, 32767, -32768, 65535, 1 << 24, 1 << 31, -1 << 31,
      1 << 32, 1 << 40, 1 << 48, 1 << 62, .max, .min,
    ]
    let reals: [Double] = [0, -1, 1e-45, 1e38, 1e300, 348, 352.5, 1e9, -1e9, .nan, .infinity, -.infinity]
    var numbers: [[UInt8]] = []
    for value in integers {
      let bytes = bytesOf(value.littleEndian)
      numbers += [Array(bytes[..<2]), Array(bytes[..<4]), bytes]
      numbers += [Array(bytes[..<2].reversed()), Array(bytes[..<4].reversed()), bytes.reversed()]
    }
    for value in reals {
      let single = bytesOf(Float(value).bitPattern.littleEndian)
      let double = bytesOf(value.bitPattern.littleEndian)
      numbers += [single, double, single.reversed(), double.reversed()]
    }
    return numbers
  }()

  /// Offsets of `dim`, types, `vox_offset`, scaling, units, forms, magic and extensions in the three layouts of NIfTI and
  /// Analyze, and of sizes, type, flag and geometry in that of MGH.
  private static let fields: [Int] =
    Array(stride(from: 40, to: 56, by: 2)) + [70, 72] + Array(stride(from: 76, to: 96, by: 4))
    + [108, 112, 116, 123, 252, 253, 254, 255, 256, 260, 264, 268, 280, 296, 312, 344, 348, 352, 356]
    + [0, 4, 12, 14] + Array(stride(from: 16, to: 80, by: 8)) + Array(stride(from: 104, to: 144, by: 8))
    + [8, 20, 28, 30, 34, 42, 54, 66, 78, 284] + [
      168, 176, 184, 344, 348, 352, 360, 368, 400, 432, 464, 500, 540, 544, 548,
    ]

  private static func bytesOf<T>(_ value: T) -> [UInt8] { withUnsafeBytes(of: value) { Array($0) } }

  private static func store(_ number: [UInt8], at offset: Int, in bytes: inout [UInt8]) {
    for (index, byte) in number.enumerated() where offset + index < bytes.count {
      bytes[offset + index] = byte
    }
  }
}
