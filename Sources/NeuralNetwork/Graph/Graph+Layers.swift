/// Functions that add layers, for the construction of architectures. Inputs that do not fit are a programming error and
/// stop the program. Graphs from files are built with `append`, which throws.
extension Graph {
  private mutating func layer(_ operation: Operation, _ inputs: [ID], _ name: String?) -> ID {
    do {
      return try append(operation, inputs: inputs, name: name)
    } catch {
      preconditionFailure("\(error)")
    }
  }

  /// Adds an input with the given number of channels and an optional fixed size (D, H, W).
  public mutating func input(channels: Int, size: SIMD3<Int>? = nil, name: String? = nil) -> ID {
    layer(.input(TensorShape(channels: channels, size: size)), [], name)
  }

  /// Adds a convolution with a cubic kernel. By default odd kernels keep the size at stride 1 (padding ⌊kernel/2⌋).
  public mutating func convolution(
    _ x: ID, outputChannels: Int, kernel: Int, stride: Int = 1, padding: Int? = nil, name: String? = nil
  ) -> ID {
    layer(
      .convolution(
        outputChannels: outputChannels, kernel: SIMD3(repeating: kernel), stride: SIMD3(repeating: stride),
        padding: SIMD3(repeating: padding ?? kernel / 2)), [x], name)
  }

  /// Adds a transposed convolution with a cubic kernel.
  public mutating func transposedConvolution(
    _ x: ID, outputChannels: Int, kernel: Int, stride: Int, padding: Int = 0, name: String? = nil
  ) -> ID {
    layer(
      .transposedConvolution(
        outputChannels: outputChannels, kernel: SIMD3(repeating: kernel), stride: SIMD3(repeating: stride),
        padding: SIMD3(repeating: padding)), [x], name)
  }

  /// Adds a max pooling with cubic windows.
  public mutating func maxPooling(_ x: ID, kernel: Int = 2, stride: Int = 2, name: String? = nil) -> ID {
    layer(.maxPooling(kernel: SIMD3(repeating: kernel), stride: SIMD3(repeating: stride)), [x], name)
  }

  /// Adds an average pooling with cubic windows.
  public mutating func averagePooling(_ x: ID, kernel: Int = 2, stride: Int = 2, name: String? = nil) -> ID {
    layer(.averagePooling(kernel: SIMD3(repeating: kernel), stride: SIMD3(repeating: stride)), [x], name)
  }

  /// Adds an instance normalization.
  public mutating func instanceNormalization(_ x: ID, epsilon: Float = 1e-5, name: String? = nil) -> ID {
    layer(.instanceNormalization(epsilon: epsilon), [x], name)
  }

  /// Adds a dense layer on all elements of a sample.
  public mutating func dense(_ x: ID, outputs: Int, name: String? = nil) -> ID {
    layer(.dense(outputs: outputs), [x], name)
  }

  /// Adds a change of the shape.
  public mutating func reshape(_ x: ID, to shape: TensorShape) -> ID { layer(.reshape(shape), [x], nil) }

  /// Adds a ReLU.
  public mutating func relu(_ x: ID) -> ID { layer(.relu, [x], nil) }

  /// Adds a leaky ReLU.
  public mutating func leakyReLU(_ x: ID, slope: Float = 0.01) -> ID {
    layer(.leakyReLU(slope: slope), [x], nil)
  }

  /// Adds a sigmoid.
  public mutating func sigmoid(_ x: ID) -> ID { layer(.sigmoid, [x], nil) }

  /// Adds a softmax across channels.
  public mutating func softmax(_ x: ID) -> ID { layer(.softmax, [x], nil) }

  /// Adds a concatenation along channels.
  public mutating func concatenation(_ inputs: [ID]) -> ID { layer(.concatenation, inputs, nil) }

  /// Adds the sum of two tensors.
  public mutating func addition(_ x: ID, _ y: ID) -> ID { layer(.addition, [x, y], nil) }

  /// Adds a dropout.
  public mutating func dropout(_ x: ID, probability: Float) -> ID {
    layer(.dropout(probability: probability), [x], nil)
  }

  /// Adds trilinear up-sampling to twice the size.
  public mutating func linearUpsampling(_ x: ID) -> ID { layer(.linearUpsampling, [x], nil) }

  /// Adds the rearrangement of 2×2×2 blocks of voxels to channels.
  public mutating func spaceToDepth(_ x: ID) -> ID { layer(.spaceToDepth, [x], nil) }

  /// Adds the rearrangement of channels to 2×2×2 blocks of voxels.
  public mutating func depthToSpace(_ x: ID) -> ID { layer(.depthToSpace, [x], nil) }

  /// Adds up-sampling to twice the size by repetition of voxels.
  public mutating func nearestUpsampling(_ x: ID) -> ID { layer(.nearestUpsampling, [x], nil) }
}
