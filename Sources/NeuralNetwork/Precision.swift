/// The number format of a network's computations.
public enum Precision: String, Hashable, Codable, Sendable, CaseIterable {
  /// IEEE single precision.
  case float32
  /// bf16: 8 bits of exponent as in f32, and 8 bits of significand. Activations and weights of convolutions need half
  /// the memory, and processors with bf16 instructions are at least twice as fast. Sums, statistics, parameters, their
  /// gradients and results are f32.
  case bfloat16

  /// Whether networks can run with this format. oneDNN emulates bf16 on AVX-512 at the speed of f32 or less, and has no
  /// bf16 kernels for processors without AVX-512.
  public var isAvailable: Bool {
    switch self {
    case .float32: true
    case .bfloat16: InstructionSet.effective >= .avx512
    }
  }

  /// Whether this processor has instructions for the format.
  public var isFast: Bool {
    switch self {
    case .float32: true
    case .bfloat16: InstructionSet.effective >= .avx512BFloat16
    }
  }

  /// bf16 if the processor has instructions for it, else f32.
  public static var fastest: Precision { bfloat16.isFast ? .bfloat16 : .float32 }
}
