import COneDNN

/// The number of channels of a voxel that are contiguous in memory in the layouts of a network.
///
/// A tensor [N, C, D, H, W] is stored as [N, ⌈C / width⌉, D, H, W, width], and padding channels are 0. oneDNN has
/// kernels for 3D convolutions with 16 channels on AVX-512, with 8 on AVX2, and with all channels on AMX. With another
/// width it uses a reference loop, which is hundreds of times slower, or reaches an eighth of the speed of AMX.
package enum ChannelBlock: Hashable, Sendable {
  /// A block of 16 or 8 channels, which is one vector register of f32.
  case some(Int)
  /// All channels: the channels-last layout.
  case all
  /// One channel: the plain layout.
  case one

  /// Returns the block for which oneDNN has the fastest kernels on this processor.
  static func native(for type: dnnl_data_type_t) -> ChannelBlock {
    switch InstructionSet.effective {
    case .amx: type == dnnl_bf16 ? .all : .some(16)
    case .avx512, .avx512BFloat16: .some(16)
    case .avx2: .some(8)
    case .sse: .one
    }
  }

  /// Returns the number of channels in a block.
  package func width(for channels: Int) -> Int {
    switch self {
    case .some(let width): width
    case .all: channels
    case .one: 1
    }
  }

  /// oneDNN's format tag of the layout.
  var order: dnnl_format_tag_t {
    switch self {
    case .some(8): dnnl_aBcde8b
    case .some: dnnl_aBcde16b
    case .all: dnnl_acdeb
    case .one: dnnl_abcde
    }
  }

  /// Returns the number of blocks for some channels. The last block can be padded.
  func count(for channels: Int) -> Int {
    let width = width(for: channels)
    return (channels + width - 1) / width
  }

  /// Returns the number of channels including padding channels.
  package func padded(_ channels: Int) -> Int { count(for: channels) * width(for: channels) }

  /// Returns whether kernels can process some channels without padding.
  package func suits(_ channels: Int) -> Bool {
    switch self {
    case .some(let width): channels % width == 0
    case .all: channels % 16 == 0
    case .one: true
    }
  }
}
