import COneDNN

/// The vector instructions that networks use, from the slowest to the fastest.
///
/// The environment variable `DNNL_MAX_CPU_ISA` (`AVX2`, `AVX512_CORE`, …) restricts them, which simulates a processor
/// without better instructions.
public enum InstructionSet: Int, Hashable, Sendable, Comparable, CaseIterable {
  /// The instructions of every x86-64 processor, or those that oneDNN chooses on another architecture.
  case sse
  /// AVX2.
  case avx2
  /// AVX-512.
  case avx512
  /// AVX-512 with products of bf16 numbers.
  case avx512BFloat16
  /// AMX: products of bf16 matrices, available on Intel processors from Sapphire Rapids on.
  case amx

  /// The instructions that this process uses.
  public static var effective: InstructionSet {
    let found = dnnl_get_effective_cpu_isa().rawValue
    // Instruction sets are bit masks. Each contains the bits of the sets that it extends.
    let known: [(InstructionSet, dnnl_cpu_isa_t)] = [
      (.amx, dnnl_cpu_isa_avx512_core_amx), (.avx512BFloat16, dnnl_cpu_isa_avx512_core_bf16),
      (.avx512, dnnl_cpu_isa_avx512_core),
      (.avx2, dnnl_cpu_isa_avx2),
    ]
    return known.first { found & $0.1.rawValue == $0.1.rawValue }?.0 ?? .sse
  }

  /// The name as in the data sheets of processors.
  public var name: String {
    switch self {
    case .sse: "SSE4.1"
    case .avx2: "AVX2"
    case .avx512: "AVX-512"
    case .avx512BFloat16: "AVX-512 BF16"
    case .amx: "AMX"
    }
  }

  /// Orders instruction sets from the slowest to the fastest.
  public static func < (a: InstructionSet, b: InstructionSet) -> Bool { a.rawValue < b.rawValue }
}
