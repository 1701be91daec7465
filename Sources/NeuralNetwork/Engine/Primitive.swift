import COneDNN

/// A primitive compiled by oneDNN, and the layouts of its arguments.
final class Primitive {
  /// The name in error messages and profiles.
  let name: String
  /// oneDNN's description of the primitive.
  let description: dnnl_primitive_desc_t
  /// oneDNN's primitive.
  let handle: dnnl_primitive_t

  /// Compiles the description that `describe` writes.
  convenience init(
    _ name: String, _ describe: (UnsafeMutablePointer<dnnl_primitive_desc_t?>) -> dnnl_status_t
  ) throws(EngineError) {
    try self.init(name, alternatives: [()]) { out, _ in describe(out) }
  }

  /// Compiles the first alternative for which oneDNN has a kernel. Its reference loops are hundreds of times slower. If
  /// all alternatives are reference loops, the first that oneDNN supports is compiled.
  init<Alternative>(
    _ name: String, alternatives: [Alternative],
    _ describe: (UnsafeMutablePointer<dnnl_primitive_desc_t?>, Alternative) -> dnnl_status_t
  ) throws(EngineError) {
    var chosen: dnnl_primitive_desc_t?
    var refusal = dnnl_unimplemented
    for alternative in alternatives {
      var description: dnnl_primitive_desc_t?
      let status = describe(&description, alternative)
      guard status == dnnl_success, let description else {
        refusal = status
        continue
      }
      let isKernel = !Self.isReference(description)
      if isKernel || chosen == nil {
        dnnl_primitive_desc_destroy(chosen)
        chosen = description
      } else {
        dnnl_primitive_desc_destroy(description)
      }
      if isKernel { break }
    }
    description = try owned(chosen, chosen == nil ? refusal : dnnl_success, name)
    self.name = name
    var handle: dnnl_primitive_t?
    let created = dnnl_primitive_create(&handle, self.description)
    do {
      self.handle = try owned(handle, created, name)
    } catch {
      dnnl_primitive_desc_destroy(description)
      throw error
    }
  }

  /// Returns whether oneDNN names the implementation a reference.
  private static func isReference(_ description: dnnl_primitive_desc_t) -> Bool {
    var name: UnsafePointer<CChar>?
    let status = dnnl_primitive_desc_query(description, dnnl_query_impl_info_str, 0, &name)
    guard status == dnnl_success, let name else { return false }
    return String(cString: name).hasPrefix("ref")
  }

  deinit {
    dnnl_primitive_destroy(handle)
    dnnl_primitive_desc_destroy(description)
  }

  /// Returns the layout that argument `index` (a `DNNL_ARG_…`) must have, or `nil` if there is no such argument.
  func layout(of index: Int32, dimensions: [Int] = []) throws(EngineError) -> Layout? {
    var handle: onednn_layout?
    let status = onednn_argument_layout(&handle, description, index)
    guard status == dnnl_success else { throw .primitive(name: name, status: Int(status.rawValue)) }
    return handle.map { Layout(owning: $0, dimensions: dimensions) }
  }

  /// Returns the layout of an argument that every such primitive has.
  /// - Throws: `EngineError.primitive` if the argument does not exist.
  func requiredLayout(of index: Int32, dimensions: [Int]) throws(EngineError) -> Layout {
    guard let layout = try layout(of: index, dimensions: dimensions) else {
      throw .primitive(name: "\(name), argument \(index)", status: Int(dnnl_invalid_arguments.rawValue))
    }
    return layout
  }
}
