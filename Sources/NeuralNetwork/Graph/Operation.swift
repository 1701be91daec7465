/// An operation of a node. Sizes are per spatial axis in the order (D, H, W).
public enum Operation: Hashable, Codable, Sendable {
  /// An input tensor, which the caller provides.
  case input(TensorShape)
  /// Cross-correlation with kernels [O, I, kD, kH, kW] and a bias [O], zero-padded on both sides.
  /// The output size is ⌊(n + 2·padding − kernel) / stride⌋ + 1.
  case convolution(outputChannels: Int, kernel: SIMD3<Int>, stride: SIMD3<Int>, padding: SIMD3<Int>)
  /// The adjoint of a convolution, with kernels [I, O, kD, kH, kW] and a bias [O].
  /// The output size is (n − 1)·stride − 2·padding + kernel.
  case transposedConvolution(outputChannels: Int, kernel: SIMD3<Int>, stride: SIMD3<Int>, padding: SIMD3<Int>)
  /// The largest value of each window. The output size is ⌊(n − kernel) / stride⌋ + 1.
  case maxPooling(kernel: SIMD3<Int>, stride: SIMD3<Int>)
  /// The mean of each window. The output size is ⌊(n − kernel) / stride⌋ + 1.
  case averagePooling(kernel: SIMD3<Int>, stride: SIMD3<Int>)
  /// Normalization of each channel of each sample to mean 0 and variance 1, followed by a learned scale [C] and shift
  /// [C] (Ulyanov, Vedaldi and Lempitsky 2016, arXiv 1607.08022).
  case instanceNormalization(epsilon: Float)
  /// The product of all elements of a sample, [C, D, H, W] flattened, with weights [O, I], plus a bias [O].
  case dense(outputs: Int)
  /// The same elements with another shape.
  case reshape(TensorShape)
  /// The function max(x, 0).
  case relu
  /// The function x for x > 0 and slope·x elsewhere.
  case leakyReLU(slope: Float)
  /// The function 1 / (1 + e⁻ˣ).
  case sigmoid
  /// The function eˣ divided by its sum across channels.
  case softmax
  /// The channels of all inputs, one after the other.
  case concatenation
  /// The sum of two tensors of equal shape.
  case addition
  /// In training each element becomes 0 with the given probability, and is divided by 1 − probability otherwise
  /// (Srivastava et al. 2014). At inference it is the identity.
  case dropout(probability: Float)
  /// Trilinear interpolation to twice the size, between voxel centres with the border repeated.
  case linearUpsampling
  /// Repetition of each voxel to twice the size.
  case nearestUpsampling
  /// Rearrangement to half the size: the 2×2×2 voxels of a block become channels of one voxel. Input channel c of voxel
  /// (2z + a, 2y + b, 2x + e) becomes channel (4a + 2b + e)·C + c of voxel (z, y, x).
  case spaceToDepth
  /// Rearrangement to twice the size, the inverse of `spaceToDepth` (Shi et al. 2016, arXiv 1609.05158).
  case depthToSpace
}
