import COneDNN

/// How a tensor's elements lie in memory: dimensions, type, order and blocking, as oneDNN describes them.
final class Layout {
  let handle: onednn_layout
  /// Logical dimensions, [N, C, D, H, W] or [N, F].
  let dimensions: [Int]

  /// Takes ownership of `handle`.
  init(owning handle: onednn_layout, dimensions: [Int]) {
    self.handle = handle
    self.dimensions = dimensions
  }

  convenience init(
    _ dimensions: [Int], _ order: dnnl_format_tag_t, _ type: dnnl_data_type_t = dnnl_f32
  ) throws(EngineError) {
    var handle: onednn_layout?
    let status = onednn_layout_create(
      &handle, Int32(dimensions.count), dimensions.map(Int64.init), type, order)
    self.init(owning: try owned(handle, status, "layout"), dimensions: dimensions)
  }

  deinit { onednn_layout_destroy(handle) }

  /// Row-major: the last axis runs fastest.
  static func plain(
    _ dimensions: [Int], _ type: dnnl_data_type_t = dnnl_f32
  ) throws(EngineError) -> Layout {
    let orders = [dnnl_a, dnnl_ab, dnnl_abc, dnnl_abcd, dnnl_abcde]
    return try Layout(dimensions, orders[dimensions.count - 1], type)
  }

  /// For oneDNN to choose.
  static func any(_ dimensions: [Int], _ type: dnnl_data_type_t) throws(EngineError) -> Layout {
    try Layout(dimensions, dnnl_format_tag_any, type)
  }

  /// In blocks of channels where they suit them; else for oneDNN to choose.
  ///
  /// Left to choose everywhere, oneDNN 2.6 takes channels last at inference with AVX-512, in bf16 without AMX at half
  /// of the speed that its blocked convolutions reach, and with a normalisation five times slower.
  static func blocked(
    _ dimensions: [Int], _ type: dnnl_data_type_t, _ block: ChannelBlock
  ) throws(EngineError) -> Layout {
    dimensions.count == 5 && block != .one && block.suits(dimensions[1])
      ? try Layout(dimensions, block.order, type) : try .any(dimensions, type)
  }

  var byteCount: Int { onednn_layout_bytes(handle) }

  /// Of the elements.
  var type: dnnl_data_type_t { onednn_layout_type(handle) }

  func equals(_ other: Layout) -> Bool { onednn_layout_equal(handle, other.handle) != 0 }

  /// The place of some channels inside this layout; `nil` where blocks of channels would be cut.
  func channels(_ range: Range<Int>) -> Layout? { part(of: 1, range) }

  /// The place of a range of one axis inside this layout; `nil` where blocks would be cut.
  func part(of axis: Int, _ range: Range<Int>) -> Layout? {
    var part = dimensions
    part[axis] = range.count
    var offsets = [Int64](repeating: 0, count: dimensions.count)
    offsets[axis] = Int64(range.lowerBound)
    var handle: onednn_layout?
    let status = onednn_layout_part(&handle, self.handle, part.map(Int64.init), offsets)
    guard status == dnnl_success, let handle else { return nil }
    return Layout(owning: handle, dimensions: part)
  }
}

/// Throws for a status that is not success, and unwraps what came with it.
func owned<Handle>(_ handle: Handle?, _ status: dnnl_status_t, _ name: String) throws(EngineError) -> Handle {
  guard status == dnnl_success, let handle else {
    throw .primitive(name: name, status: Int(status.rawValue))
  }
  return handle
}
