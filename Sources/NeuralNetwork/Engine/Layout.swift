import COneDNN

/// The memory layout of a tensor as described by oneDNN: dimensions, type, order and blocking.
final class Layout {
  /// oneDNN's description.
  let handle: onednn_layout
  /// The logical dimensions, [N, C, D, H, W] or [N, F].
  let dimensions: [Int]

  /// Takes ownership of a description.
  init(owning handle: onednn_layout, dimensions: [Int]) {
    self.handle = handle
    self.dimensions = dimensions
  }

  /// Makes the layout with a format tag of oneDNN.
  convenience init(
    _ dimensions: [Int], _ order: dnnl_format_tag_t, _ type: dnnl_data_type_t = dnnl_f32
  ) throws(EngineError) {
    var handle: onednn_layout?
    let status = onednn_layout_create(
      &handle, Int32(dimensions.count), dimensions.map(Int64.init), type, order)
    self.init(owning: try owned(handle, status, "layout"), dimensions: dimensions)
  }

  deinit { onednn_layout_destroy(handle) }

  /// Returns the row-major layout, in which the last axis is the fastest.
  static func plain(
    _ dimensions: [Int], _ type: dnnl_data_type_t = dnnl_f32
  ) throws(EngineError) -> Layout {
    let orders = [dnnl_a, dnnl_ab, dnnl_abc, dnnl_abcd, dnnl_abcde]
    return try Layout(dimensions, orders[dimensions.count - 1], type)
  }

  /// Returns a layout that leaves the choice to oneDNN.
  static func any(_ dimensions: [Int], _ type: dnnl_data_type_t) throws(EngineError) -> Layout {
    try Layout(dimensions, dnnl_format_tag_any, type)
  }

  /// Returns the layout in blocks of channels if they suit the number of channels, and else one for oneDNN to choose.
  ///
  /// oneDNN 2.6 itself chooses channels-last for inference with AVX-512. In bf16 without AMX this reaches half the
  /// speed of its blocked convolutions, with a normalization that is five times slower.
  static func blocked(
    _ dimensions: [Int], _ type: dnnl_data_type_t, _ block: ChannelBlock
  ) throws(EngineError) -> Layout {
    dimensions.count == 5 && block != .one && block.suits(dimensions[1])
      ? try Layout(dimensions, block.order, type) : try .any(dimensions, type)
  }

  /// The size of a tensor in bytes, including padding.
  var byteCount: Int { onednn_layout_bytes(handle) }

  /// The type of the elements.
  var type: dnnl_data_type_t { onednn_layout_type(handle) }

  /// Returns whether both layouts are equal.
  func equals(_ other: Layout) -> Bool { onednn_layout_equal(handle, other.handle) != 0 }

  /// Returns the layout of some channels inside this layout, or `nil` if the range divides a block.
  func channels(_ range: Range<Int>) -> Layout? { part(of: 1, range) }

  /// Returns the layout of a range of one axis inside this layout, or `nil` if the range divides a block.
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

/// Returns a handle that a call of oneDNN created.
/// - Throws: `EngineError.primitive` if the status is not success.
func owned<Handle>(_ handle: Handle?, _ status: dnnl_status_t, _ name: String) throws(EngineError) -> Handle {
  guard status == dnnl_success, let handle else {
    throw .primitive(name: name, status: Int(status.rawValue))
  }
  return handle
}
