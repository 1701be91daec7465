/// One kind of file: how it is damaged, and who reads it.
struct FuzzTarget {
  let name: String
  /// A good file with random changes.
  let damaged: (inout Mutator) throws -> FuzzInput
  /// Reads the input; `scratch` is a file for readers that want a path. What is refused throws.
  let read: (_ input: FuzzInput, _ scratch: String) throws -> Void
  /// Bytes that a reader may ask for at once beside a megabyte, for each byte of the input.
  var allocationPerByte = 64

  /// Bytes that a reader may ask for at once: room for tables, threads and text beside what the input justifies.
  func justifiedAllocation(_ input: FuzzInput) -> Int {
    // What deflate can make of a file at most is 1032 to 1.
    input.size * allocationPerByte * (input.isPacked ? 1032 : 1) + 1 << 20
  }

  /// Texts with random changes.
  static func text(
    _ name: String, _ corpus: [String], read: @escaping (_ input: FuzzInput, _ scratch: String) throws -> Void
  ) -> FuzzTarget {
    let originals = corpus.map { Array($0.utf8) }
    return FuzzTarget(
      name: name,
      damaged: { mutator in
        var bytes = mutator.element(of: originals)
        TextDamage.damage(&bytes, &mutator)
        return FuzzInput(bytes)
      }, read: read)
  }

  /// All kinds of files that are read.
  static func all(images folder: String, scratch: String) throws -> [FuzzTarget] {
    try [
      .images(of: folder), .models(scratch: scratch), .latentModels(scratch: scratch), .tables, .labelTables,
      .matrices, .pipelines, .records, .datasets, .system,
    ]
  }
}
