import COneDNN

/// The number format in which a network computes.
public enum Precision: String, Hashable, Codable, Sendable, CaseIterable {
  case float32
  /// 8 bits of exponent as in f32, 8 of significand: activations and convolutions' weights take half the memory,
  /// and processors that multiply it do so at twice the speed or more. Sums, statistics, parameters, their
  /// gradients and results stay f32.
  case bfloat16

  /// Whether this processor has instructions for it; elsewhere oneDNN would only imitate it, slowly.
  public var isFast: Bool {
    switch self {
    case .float32: true
    case .bfloat16: onednn_has_bfloat16() != 0
    }
  }

  /// bf16 where the processor is made for it, else f32.
  public static var fastest: Precision { bfloat16.isFast ? .bfloat16 : .float32 }
}
