import COneDNN

/// The vector instructions that networks use, from the slowest to the fastest.
///
/// `DNNL_MAX_CPU_ISA` (`AVX2`, `AVX512_CORE` …) restricts them, as on a processor that has no better ones.
public enum InstructionSet: Int, Hashable, Sendable, Comparable, CaseIterable {
  /// What every x86-64 processor has, or another architecture's own: oneDNN chooses.
  case sse
  case avx2
  case avx512
  /// AVX-512 with products of bf16 numbers.
  case avx512BFloat16
  /// The same with products of bf16 matrices, as Intel processors from Sapphire Rapids on have them.
  case amx

  /// What this process uses.
  public static var effective: InstructionSet {
    let found = dnnl_get_effective_cpu_isa().rawValue
    // Instruction sets are numbered as bit masks in which each contains those that it extends.
    let known: [(InstructionSet, dnnl_cpu_isa_t)] = [
      (.amx, dnnl_cpu_isa_avx512_core_amx), (.avx512BFloat16, dnnl_cpu_isa_avx512_core_bf16),
      (.avx512, dnnl_cpu_isa_avx512_core),
      (.avx2, dnnl_cpu_isa_avx2),
    ]
    return known.first { found & $0.1.rawValue == $0.1.rawValue }?.0 ?? .sse
  }

  /// As processors' data sheets write it.
  public var name: String {
    switch self {
    case .sse: "SSE4.1"
    case .avx2: "AVX2"
    case .avx512: "AVX-512"
    case .avx512BFloat16: "AVX-512 BF16"
    case .amx: "AMX"
    }
  }

  public static func < (a: InstructionSet, b: InstructionSet) -> Bool { a.rawValue < b.rawValue }
}
