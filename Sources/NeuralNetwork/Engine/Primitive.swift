import COneDNN

/// A computation that oneDNN has compiled, and what it says about its arguments.
final class Primitive {
  let name: String
  let description: dnnl_primitive_desc_t
  let handle: dnnl_primitive_t

  /// Compiles the description that `describe` makes.
  init(
    _ name: String, _ describe: (UnsafeMutablePointer<dnnl_primitive_desc_t?>) -> dnnl_status_t
  ) throws(EngineError) {
    var description: dnnl_primitive_desc_t?
    let described = describe(&description)
    self.description = try owned(description, described, name)
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

  deinit {
    dnnl_primitive_destroy(handle)
    dnnl_primitive_desc_destroy(description)
  }

  /// The layout that argument `index` (a `DNNL_ARG_…`) must have; `nil` where there is no such argument.
  func layout(of index: Int32, dimensions: [Int] = []) throws(EngineError) -> Layout? {
    var handle: onednn_layout?
    let status = onednn_argument_layout(&handle, description, index)
    guard status == dnnl_success else { throw .primitive(name: name, status: Int(status.rawValue)) }
    return handle.map { Layout(owning: $0, dimensions: dimensions) }
  }

  /// Like `layout(of:)` for an argument that every such primitive has.
  func requiredLayout(of index: Int32, dimensions: [Int]) throws(EngineError) -> Layout {
    guard let layout = try layout(of: index, dimensions: dimensions) else {
      throw .primitive(name: "\(name), argument \(index)", status: Int(dnnl_invalid_arguments.rawValue))
    }
    return layout
  }
}
