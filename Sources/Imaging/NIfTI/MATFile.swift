import CNIfTI
import Numerics

/// The numeric matrices of a MATLAB file of level 4 or 5, as described by the document MAT-File Format. Other content
/// is ignored.
struct MATFile {
  /// A matrix. Arrays with more than two axes are flattened into columns.
  struct Matrix: Equatable {
    var rows: Int
    /// The elements, column by column.
    var values: [Double]
  }

  /// A reason why a file was not read.
  enum Failure: Error, Hashable {
    /// The file is no MATLAB file.
    case notMAT
    /// The file has level 7.3, which is HDF5.
    case level73
    /// The content is damaged.
    case damaged
  }

  /// The matrices by name.
  private(set) var matrices: [String: Matrix] = [:]

  /// Reads all matrices.
  init(_ bytes: [UInt8]) throws(Failure) {
    guard bytes.count >= 20 else { throw .notMAT }
    // A level 4 file starts with a number below 5000, which contains a zero byte. A level 5 file starts with text.
    if bytes[..<4].contains(0) { try readLevel4(bytes) } else { try readLevel5(bytes) }
  }

  // MARK: - Level 4

  /// Reads the matrices of a level 4 file. Each has a type (thousands: byte order, tens: number format, ones: kind of
  /// matrix), the numbers of rows and columns, a flag for an imaginary part, and the length of the name. Then follow
  /// the name and the numbers.
  private mutating func readLevel4(_ bytes: [UInt8]) throws(Failure) {
    var input = MATInput(bytes)
    while input.left > 0 {
      let start = input
      input.isSwapped = false
      guard var type = input.int32() else { throw .damaged }
      if !(0...5000).contains(type) {
        input = start
        input.isSwapped = true
        guard let swapped = input.int32(), (0...5000).contains(swapped) else { throw .notMAT }
        type = swapped
      }
      let formats: [MATInput.Number] = [.float64, .float32, .int32, .int16, .uint16, .uint8]
      guard type / 100 % 10 == 0, formats.indices.contains(type / 10 % 10), type % 10 <= 2,
        let rows = input.int32(), let columns = input.int32(), let isComplex = input.int32(),
        let length = input.int32(), rows >= 0, columns >= 0, let name = input.text(length)
      else { throw .notMAT }
      let (format, count) = (formats[type / 10 % 10], rows.multipliedReportingOverflow(by: columns))
      guard !count.overflow, let values = input.numbers(format, count: count.partialValue) else {
        throw .damaged
      }
      if isComplex != 0, input.numbers(format, count: count.partialValue) == nil { throw .damaged }
      if type % 10 == 0 { matrices[name] = Matrix(rows: rows, values: values) }
    }
  }

  // MARK: - Level 5

  private mutating func readLevel5(_ bytes: [UInt8]) throws(Failure) {
    guard bytes.count >= 128 else { throw .notMAT }
    if bytes.starts(with: "MATLAB 7.3".utf8) { throw .level73 }
    let order = bytes[126..<128]
    guard order.elementsEqual("IM".utf8) || order.elementsEqual("MI".utf8) else { throw .notMAT }
    var input = MATInput(Array(bytes[128...]))
    input.isSwapped = order.elementsEqual("MI".utf8)
    while input.left >= 8 {
      guard let element = input.element() else { throw .damaged }
      try add(element)
    }
  }

  /// The largest number of bytes of a compressed element. Matrices of thousands of volumes are smaller.
  private static let mostInflated = 1 << 20

  private mutating func add(_ element: MATInput.Element) throws(Failure) {
    switch element.type {
    case 14: readMatrix(element.content)
    case 15:
      let inflater = Inflater(element.content.bytes, wrapper: .zlib)
      let bytes = [UInt8](unsafeUninitializedCapacity: Self.mostInflated) { buffer, filled in
        filled = inflater.read(into: UnsafeMutableRawBufferPointer(buffer))
      }
      guard inflater.failure == nil else { throw .damaged }
      var content = MATInput(bytes)
      content.isSwapped = element.content.isSwapped
      guard let inner = content.element() else { throw .damaged }
      if inner.type == 14 { readMatrix(inner.content) }
    default: break
    }
  }

  /// Reads a matrix: flags, dimensions, name and the real part. The classes 6 to 15 are numeric.
  private mutating func readMatrix(_ content: MATInput) {
    var input = content
    guard var flags = input.element(), let kind = flags.content.int32(),
      var dimensions = input.element(), var name = input.element(), var real = input.element(),
      (6...15).contains(kind & 0xff), let rows = dimensions.content.int32(), rows > 0,
      let format = MATInput.Number(code: real.type),
      let text = name.content.text(name.content.left),
      let values = real.content.numbers(format, count: real.content.left / format.width)
    else { return }
    matrices[text] = Matrix(rows: rows, values: values)
  }
}

/// The bytes of a MATLAB file, read sequentially. Functions return `nil` if the bytes end too early.
struct MATInput {
  let bytes: [UInt8]
  private var position = 0
  /// Whether the byte order is big-endian.
  var isSwapped = false

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// The number of bytes that have not been read.
  var left: Int { bytes.count - position }

  /// A storage format of numbers.
  enum Number {
    case int8, uint8, int16, uint16, int32, uint32, int64, uint64, float32, float64

    /// Makes the format with a type code of level 5.
    init?(code: Int) {
      let codes: [Int: Number] = [
        1: .int8, 2: .uint8, 3: .int16, 4: .uint16, 5: .int32, 6: .uint32, 7: .float32, 9: .float64,
        12: .int64,
        13: .uint64,
      ]
      guard let number = codes[code] else { return nil }
      self = number
    }

    /// The number of bytes of a number.
    var width: Int {
      switch self {
      case .int8, .uint8: 1
      case .int16, .uint16: 2
      case .int32, .uint32, .float32: 4
      case .int64, .uint64, .float64: 8
      }
    }
  }

  /// A data element of a level 5 file.
  struct Element {
    var type: Int
    var content: MATInput
  }

  /// Reads a tag and its data. Data are padded to 8 bytes unless they are compressed. Up to 4 bytes can be inside the
  /// tag.
  mutating func element() -> Element? {
    guard let word: UInt32 = bits() else { return nil }
    let isSmall = word >> 16 != 0
    let size: Int
    if isSmall {
      size = Int(word >> 16)
    } else {
      guard let length: UInt32 = bits() else { return nil }
      size = Int(length)
    }
    let type = Int(isSmall ? word & 0xffff : word)
    guard size <= left, !isSmall || size <= 4 else { return nil }
    var content = MATInput(Array(bytes[position..<position + size]))
    content.isSwapped = isSwapped
    let padded = isSmall ? 4 : type == 15 ? size : (size + 7) / 8 * 8
    position += min(padded, left)
    return Element(type: type, content: content)
  }

  /// Reads an integer of 32 bits.
  mutating func int32() -> Int? {
    guard let raw: UInt32 = bits() else { return nil }
    return Int(Int32(bitPattern: raw))
  }

  /// Reads characters up to the first zero byte, from a field of the given length.
  mutating func text(_ length: Int) -> String? {
    guard length >= 0, length <= left else { return nil }
    defer { position += length }
    return String(decoding: bytes[position..<position + length].prefix { $0 != 0 }, as: UTF8.self)
  }

  /// Reads numbers of one format.
  mutating func numbers(_ format: Number, count: Int) -> [Double]? {
    guard count >= 0, count <= left / format.width else { return nil }
    var values: [Double] = []
    values.reserveCapacity(count)
    for _ in 0..<count {
      guard let value = number(format) else { return nil }
      values.append(value)
    }
    return values
  }

  private mutating func number(_ format: Number) -> Double? {
    switch format {
    case .int8: (bits() as UInt8?).map { Double(Int8(bitPattern: $0)) }
    case .uint8: (bits() as UInt8?).map { Double($0) }
    case .int16: (bits() as UInt16?).map { Double(Int16(bitPattern: $0)) }
    case .uint16: (bits() as UInt16?).map { Double($0) }
    case .int32: (bits() as UInt32?).map { Double(Int32(bitPattern: $0)) }
    case .uint32: (bits() as UInt32?).map { Double($0) }
    case .int64: (bits() as UInt64?).map { Double(Int64(bitPattern: $0)) }
    case .uint64: (bits() as UInt64?).map { Double($0) }
    case .float32: (bits() as UInt32?).map { Double(Float(bitPattern: $0)) }
    case .float64: (bits() as UInt64?).map { Double(bitPattern: $0) }
    }
  }

  private mutating func bits<Bits: FixedWidthInteger>() -> Bits? {
    let size = MemoryLayout<Bits>.size
    guard left >= size else { return nil }
    let raw = bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: position, as: Bits.self) }
    position += size
    return isSwapped ? Bits(bigEndian: raw) : Bits(littleEndian: raw)
  }
}
