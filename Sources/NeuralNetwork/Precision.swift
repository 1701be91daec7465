/// The number format in which a network computes.
public enum Precision: String, Hashable, Codable, Sendable, CaseIterable {
  case float32
  /// 8 bits of exponent as in f32, 8 of significand: activations and convolutions' weights take half the memory,
  /// and processors that multiply it do so at twice the speed or more. Sums, statistics, parameters, their
  /// gradients and results stay f32.
  case bfloat16

  /// Whether networks run in it here. oneDNN imitates bf16 with AVX-512, at the speed of f32 or less, and has no
  /// kernels for it with less.
  public var isAvailable: Bool {
    switch self {
    case .float32: true
    case .bfloat16: InstructionSet.effective >= .avx512
    }
  }

  /// Whether this processor has instructions for it.
  public var isFast: Bool {
    switch self {
    case .float32: true
    case .bfloat16: InstructionSet.effective >= .avx512BFloat16
    }
  }

  /// bf16 where the processor has instructions for it, else f32.
  public static var fastest: Precision { bfloat16.isFast ? .bfloat16 : .float32 }
}
