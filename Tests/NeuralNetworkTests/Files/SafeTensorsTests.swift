import Foundation
import NeuralNetwork
import Numerics
import TestSupport
import Testing

@Suite("SafeTensors")
struct SafeTensorsTests {
  private let workplace: Workplace
  private let sample = SafeTensors(
    tensors: [
      "weight": Tensor(shape: [2, 1, 3], values: [0.5, -1.25, 3, 0x1p-140, -0.0, .greatestFiniteMagnitude]),
      "scalar": Tensor(shape: [], values: [42]),
      "empty": Tensor(shape: [0, 3], values: []),
      "unicode ö/\"quoted\"": Tensor(shape: [1], values: [-.infinity]),
    ],
    metadata: ["program": "grisea", "text": "line\nslash / quote \" ö 灰质"])

  init() throws { workplace = try Workplace() }

  @Test("what is written is read again, to the bit")
  func roundTrip() throws {
    try sample.write(to: workplace("a.safetensors"))
    let read = try SafeTensors(contentsOf: workplace("a.safetensors"))
    #expect(read == sample)
    #expect(
      read.tensors["weight"]?.values.map(\.bitPattern) == sample.tensors["weight"]?.values.map(\.bitPattern))
  }

  @Test("as bfloat16 numbers are rounded to the nearest, ties to even, and take half the room")
  func brainFloats() throws {
    // One bit of bfloat16 at 1 is 2⁻⁷.
    let values: [Float] = [1, 1 + 0x1p-8, 1 + 0x3p-8, 1 + 0x1.01p-8, -3.140625, 0, -.infinity, 0x1p-126]
    let rounded: [Float] = [1, 1, 1 + 0x1p-6, 1 + 0x1p-7, -3.140625, 0, -.infinity, 0x1p-126]
    let file = SafeTensors(tensors: ["t": Tensor(shape: [2, 4], values: values)], metadata: [:])
    try file.write(to: workplace("a.safetensors"))
    let size = try workplace.bytes("a.safetensors").count
    try file.write(to: workplace("a.safetensors"), as: .bfloat16)
    #expect(try SafeTensors(contentsOf: workplace("a.safetensors")).tensors["t"]?.values == rounded)
    // The header names its type by one more letter, and is padded to whole words.
    #expect(abs(try size - workplace.bytes("a.safetensors").count - 2 * values.count) < 8)
    let odd = SafeTensors(tensors: ["t": Tensor(shape: [1], values: [.nan])], metadata: [:])
    try odd.write(to: workplace("b.safetensors"), as: .bfloat16)
    #expect(try SafeTensors(contentsOf: workplace("b.safetensors")).tensors["t"]?.values[0].isNaN == true)
  }

  @Test("a file without tensors or metadata is read as such")
  func nothing() throws {
    try SafeTensors(tensors: [:], metadata: [:]).write(to: workplace("a.safetensors"))
    let read = try SafeTensors(contentsOf: workplace("a.safetensors"))
    #expect(read.tensors.isEmpty && read.metadata.isEmpty)
  }

  @Test("tensors start at a multiple of eight bytes, so that a mapped file can be used as it is")
  func alignment() throws {
    for length in 0..<8 {
      let metadata = ["m": String(repeating: "x", count: length)]
      try SafeTensors(tensors: sample.tensors, metadata: metadata).write(to: workplace("a.safetensors"))
      #expect(try workplace.bytes("a.safetensors")[0] % 8 == 0)
    }
  }

  @Test(
    "Python's safetensors reads what is written",
    .needs(.safetensors)
  )
  func readByPython() throws {
    try sample.write(to: workplace("a.safetensors"))
    let script = """
      import sys, safetensors, numpy as np
      with safetensors.safe_open(sys.argv[1], 'np') as f:
        assert f.metadata() == {'program': 'grisea', 'text': 'line\\nslash / quote " ö 灰质'}
        t = {k: f.get_tensor(k) for k in f.keys()}
      assert sorted(t) == ['empty', 'scalar', 'unicode ö/"quoted"', 'weight']
      assert all(v.dtype == np.float32 for v in t.values())
      assert t['empty'].shape == (0, 3) and t['scalar'].shape == () and t['scalar'] == 42
      assert t['unicode ö/"quoted"'].tolist() == [-np.inf]
      wanted = np.array([0.5, -1.25, 3, 2.0**-140, -0.0, np.finfo(np.float32).max], np.float32).reshape(2, 1, 3)
      assert t['weight'].shape == (2, 1, 3) and t['weight'].tobytes() == wanted.tobytes()
      print('same')
      """
    #expect(try Python.run(script, [workplace("a.safetensors")]) == "same\n")
  }

  @Test(
    "what Python's safetensors writes is read",
    .needs(.safetensors)
  )
  func writtenByPython() throws {
    let script = """
      import sys, numpy as np
      from safetensors.numpy import save_file
      t = {'b': np.arange(24, dtype=np.float32).reshape(2, 3, 4) / 4, 'a': np.float32([-7.5]),
           'none': np.zeros((0,), np.float32), 'scalar': np.array(0.1, np.float32)}
      save_file(t, sys.argv[1], metadata={'x': 'y "z" ö'})
      save_file({'d': np.zeros(3)}, sys.argv[2])
      print('saved')
      """
    let paths = (workplace("p.safetensors"), workplace("double.safetensors"))
    #expect(try Python.run(script, [paths.0, paths.1]) == "saved\n")
    let read = try SafeTensors(contentsOf: paths.0)
    #expect(
      read.tensors == [
        "b": Tensor(shape: [2, 3, 4], values: (0..<24).map { Float($0) / 4 }),
        "a": Tensor(shape: [1], values: [-7.5]), "none": Tensor(shape: [0], values: []),
        "scalar": Tensor(shape: [], values: [0.1]),
      ])
    #expect(read.metadata == ["x": "y \"z\" ö"])
    #expect(throws: ModelError.unknownType(path: paths.1, tensor: "d", type: "F64")) {
      try SafeTensors(contentsOf: paths.1)
    }
  }

  /// The bytes of a file with this header and so many bytes after it.
  private static func file(_ header: String, body: Int = 8) -> Data {
    let length = withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Data($0) }
    return length + Data(header.utf8) + Data(count: body)
  }

  private static func file(shape: String, offsets: String, dtype: String = "F32") -> Data {
    file(#"{"t":{"dtype":"\#(dtype)","shape":\#(shape),"data_offsets":\#(offsets)}}"#)
  }

  @Test(
    "what is no safetensors file is an error that says so",
    arguments: [
      "text": Data("No model at all, but a letter.".utf8),
      "header of 100 MB and a byte": Data([0x01, 0xE1, 0xF5, 0x05, 0, 0, 0, 0]),
      "header of 2⁶⁴ − 1 bytes": Data(repeating: 0xFF, count: 64),
      "no JSON": file("{]"),
      "no header": file(""),
      "another JSON": file("[1, 2]"),
      "deep JSON": file(String(repeating: "[", count: 100_000)),
      "metadata that are no text": file(#"{"__metadata__":{"a":1}}"#),
      "no offsets": file(#"{"t":{"dtype":"F32","shape":[2]}}"#),
      "one offset": file(shape: "[2]", offsets: "[8]"),
      "three offsets": file(shape: "[2]", offsets: "[0,8,8]"),
      "offsets in reverse": file(shape: "[2]", offsets: "[8,0]"),
      "an offset below 0": file(shape: "[2]", offsets: "[-8,0]"),
      "offsets that differ from the shape": file(shape: "[2]", offsets: "[0,4]"),
      "offsets above 2⁶⁴": file(shape: "[2]", offsets: "[0,99999999999999999999]"),
      "offsets that are no whole numbers": file(shape: "[2]", offsets: "[0,8.5]"),
      "sizes below 0": file(shape: "[-1,-2]", offsets: "[0,8]"),
      "2⁶² values, whose bytes count as 0": file(shape: "[4611686018427387904]", offsets: "[0,0]"),
      "2⁶⁴ values": file(shape: "[4294967296,4294967296]", offsets: "[0,0]"),
    ])
  func notSafeTensors(name: String, bytes: Data) throws {
    let path = try workplace.write(bytes, to: "a.safetensors")
    #expect(throws: ModelError.notSafeTensors(path: path)) { try SafeTensors(contentsOf: path) }
  }

  @Test("other types of numbers are named", arguments: ["F16", "F64", "I64", "F8_E5M2", "?"])
  func unknownType(type: String) throws {
    let path = try workplace.write(
      Self.file(shape: "[2]", offsets: "[0,8]", dtype: type), to: "a.safetensors")
    #expect(throws: ModelError.unknownType(path: path, tensor: "t", type: type)) {
      try SafeTensors(contentsOf: path)
    }
  }

  @Test("an empty file, and one shorter than its header says, is truncated")
  func shortHeader() throws {
    let empty = try workplace.write(Data(), to: "empty.safetensors")
    #expect(throws: ModelError.truncated(path: empty, needed: 8, found: 0)) {
      try SafeTensors(contentsOf: empty)
    }
    let short = try workplace.write(Data([0xE8, 3, 0, 0, 0, 0, 0, 0, 0x7B, 0x7D]), to: "short.safetensors")
    #expect(throws: ModelError.truncated(path: short, needed: 1008, found: 10)) {
      try SafeTensors(contentsOf: short)
    }
  }

  @Test("tensors that share bytes are refused: a small file would ask for all memory")
  func shared() throws {
    let path = workplace("shared")
    let place = #"{"dtype":"F32","shape":[2],"data_offsets":[0,8]}"#
    let header = Array(#"{"a":\#(place),"b":\#(place)}"#.utf8)
    let length = withUnsafeBytes(of: UInt64(header.count).littleEndian) { Array($0) }
    try Data(length + header + [UInt8](repeating: 0, count: 8)).write(to: URL(filePath: path))
    #expect(throws: ModelError.notSafeTensors(path: path)) { try SafeTensors(contentsOf: path) }
  }

  @Test("tensors beyond the end are truncated, however far beyond")
  func beyondEnd() throws {
    let far = Self.file(shape: "[1]", offsets: "[9223372036854775803,9223372036854775807]")
    let near = Self.file(shape: "[4]", offsets: "[0,16]")
    for (bytes, needed) in [(near, near.count + 8), (far, Int.max)] {
      let path = try workplace.write(bytes, to: "a.safetensors")
      #expect(throws: ModelError.truncated(path: path, needed: needed, found: bytes.count)) {
        try SafeTensors(contentsOf: path)
      }
    }
  }

  @Test("every beginning of a file is an error, and a changed byte of the header at most that")
  func damaged() throws {
    try sample.write(to: workplace("a.safetensors"))
    let whole = try workplace.bytes("a.safetensors")
    for count in Array(stride(from: 0, to: whole.count, by: 5)) + [whole.count - 1] {
      let path = try workplace.write(whole.prefix(count), to: "cut.safetensors")
      #expect(throws: ModelError.self) { try SafeTensors(contentsOf: path) }
    }
    var generator = SplitMix64(seed: 1)
    for _ in 0..<300 {
      var bytes = whole
      bytes[Int.random(in: 0..<whole.count - 24, using: &generator)] = .random(in: 0...255, using: &generator)
      let path = try workplace.write(bytes, to: "changed.safetensors")
      do throws(ModelError) {
        _ = try SafeTensors(contentsOf: path)
      } catch {
        #expect(error.description.hasPrefix(path + ": "))
      }
    }
  }

  @Test(
    "a file that is missing, and a folder, cannot be read; where there is no folder nothing can be written")
  func notThere() throws {
    for path in [workplace("missing.safetensors"), workplace.path] {
      let error = #expect(throws: ModelError.self) { try SafeTensors(contentsOf: path) }
      guard case .unreadable(path, let reason) = error else {
        Issue.record("\(error as Any)")
        continue
      }
      #expect(!reason.isEmpty)
    }
    let nowhere = workplace("no/such/a.safetensors")
    let error = #expect(throws: ModelError.self) { try sample.write(to: nowhere) }
    guard case .unwritable(nowhere, _) = error else {
      Issue.record("\(error as Any)")
      return
    }
  }
}
