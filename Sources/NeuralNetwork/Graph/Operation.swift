/// What a node of a graph computes. Sizes are per spatial axis, in the order (D, H, W).
public enum Operation: Hashable, Codable, Sendable {
  /// A tensor that the caller gives.
  case input(TensorShape)
  /// Cross-correlation with learned kernels [O, I, kD, kH, kW] and a bias [O], zero-padded on both sides.
  /// Size: ⌊(n + 2·padding − kernel) / stride⌋ + 1.
  case convolution(outputChannels: Int, kernel: SIMD3<Int>, stride: SIMD3<Int>, padding: SIMD3<Int>)
  /// The adjoint of a convolution, kernels [I, O, kD, kH, kW], bias [O].
  /// Size: (n − 1)·stride − 2·padding + kernel.
  case transposedConvolution(outputChannels: Int, kernel: SIMD3<Int>, stride: SIMD3<Int>, padding: SIMD3<Int>)
  /// Largest value in each window. Size: ⌊(n − kernel) / stride⌋ + 1.
  case maxPooling(kernel: SIMD3<Int>, stride: SIMD3<Int>)
  /// Mean of each window. Size: ⌊(n − kernel) / stride⌋ + 1.
  case averagePooling(kernel: SIMD3<Int>, stride: SIMD3<Int>)
  /// Each channel of each sample brought to mean 0 and variance 1, then scaled and shifted by learned [C]
  /// (Ulyanov, Vedaldi and Lempitsky 2016, arXiv 1607.08022).
  case instanceNormalization(epsilon: Float)
  /// All elements of a sample, [C, D, H, W] flattened, times learned weights [O, I] plus a bias [O].
  case dense(outputs: Int)
  /// The same elements under another shape.
  case reshape(TensorShape)
  /// max(x, 0).
  case relu
  /// x where x > 0, slope·x elsewhere.
  case leakyReLU(slope: Float)
  /// 1 / (1 + e⁻ˣ).
  case sigmoid
  /// eˣ over its sum, across channels.
  case softmax
  /// All inputs' channels, one after the other.
  case concatenation
  /// Sum of two tensors of one shape.
  case addition
  /// In training each element is 0 with this probability and divided by 1 − probability otherwise
  /// (Srivastava et al. 2014); at inference the identity.
  case dropout(probability: Float)
  /// Twice the size by trilinear interpolation between voxel centres, the border repeated.
  case linearUpsampling
  /// Twice the size, each voxel repeated.
  case nearestUpsampling
  /// Half the size: the 2×2×2 voxels of a block become channels of one voxel. Input channel c of the voxel
  /// (2z + a, 2y + b, 2x + e) comes to channel (4a + 2b + e)·C + c of the voxel (z, y, x).
  case spaceToDepth
  /// Twice the size, the inverse of `spaceToDepth` (Shi et al. 2016, arXiv 1609.05158).
  case depthToSpace
}
