import COneDNN

/// The channels of a voxel that lie together in memory, in the layouts in which a network computes.
///
/// A tensor [N, C, D, H, W] lies as [N, ⌈C / width⌉, D, H, W, width], where channels that only pad are 0. oneDNN has
/// kernels for 3D convolutions on 16 channels with AVX-512, on 8 with AVX2, and on all channels with AMX; with another
/// width it computes in a reference loop, hundreds of times slower, or at an eighth of what AMX can do.
package enum ChannelBlock: Hashable, Sendable {
  /// 16 or 8 channels: one vector register of f32.
  case some(Int)
  /// All channels: channels last.
  case all
  /// One channel: the plain layout.
  case one

  /// The one for which this processor has the fastest kernels.
  static func native(for type: dnnl_data_type_t) -> ChannelBlock {
    switch InstructionSet.effective {
    case .amx: type == dnnl_bf16 ? .all : .some(16)
    case .avx512, .avx512BFloat16: .some(16)
    case .avx2: .some(8)
    case .sse: .one
    }
  }

  package func width(for channels: Int) -> Int {
    switch self {
    case .some(let width): width
    case .all: channels
    case .one: 1
    }
  }

  /// oneDNN's name for the layout.
  var order: dnnl_format_tag_t {
    switch self {
    case .some(8): dnnl_aBcde8b
    case .some: dnnl_aBcde16b
    case .all: dnnl_acdeb
    case .one: dnnl_abcde
    }
  }

  /// Blocks that hold so many channels, the last perhaps padded.
  func count(for channels: Int) -> Int {
    let width = width(for: channels)
    return (channels + width - 1) / width
  }

  /// Channels with those that only pad.
  package func padded(_ channels: Int) -> Int { count(for: channels) * width(for: channels) }

  /// Whether kernels work on so many channels without padding.
  package func suits(_ channels: Int) -> Bool {
    switch self {
    case .some(let width): channels % width == 0
    case .all: channels % 16 == 0
    case .one: true
    }
  }
}
