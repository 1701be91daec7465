/// The layers by name, for functions that build architectures. Where inputs do not fit, that is the
/// builder's bug and stops the program; graphs from files go through `append`, which throws.
extension Graph {
  private mutating func layer(_ operation: Operation, _ inputs: [ID], _ name: String?) -> ID {
    do {
      return try append(operation, inputs: inputs, name: name)
    } catch {
      preconditionFailure("\(error)")
    }
  }

  public mutating func input(channels: Int, size: SIMD3<Int>? = nil, name: String? = nil) -> ID {
    layer(.input(TensorShape(channels: channels, size: size)), [], name)
  }

  /// A cubic convolution; by default odd kernels keep the size (padding ⌊kernel/2⌋) at stride 1.
  public mutating func convolution(
    _ x: ID, outputChannels: Int, kernel: Int, stride: Int = 1, padding: Int? = nil, name: String? = nil
  ) -> ID {
    layer(
      .convolution(
        outputChannels: outputChannels, kernel: SIMD3(repeating: kernel), stride: SIMD3(repeating: stride),
        padding: SIMD3(repeating: padding ?? kernel / 2)), [x], name)
  }

  public mutating func transposedConvolution(
    _ x: ID, outputChannels: Int, kernel: Int, stride: Int, padding: Int = 0, name: String? = nil
  ) -> ID {
    layer(
      .transposedConvolution(
        outputChannels: outputChannels, kernel: SIMD3(repeating: kernel), stride: SIMD3(repeating: stride),
        padding: SIMD3(repeating: padding)), [x], name)
  }

  public mutating func maxPooling(_ x: ID, kernel: Int = 2, stride: Int = 2, name: String? = nil) -> ID {
    layer(.maxPooling(kernel: SIMD3(repeating: kernel), stride: SIMD3(repeating: stride)), [x], name)
  }

  public mutating func averagePooling(_ x: ID, kernel: Int = 2, stride: Int = 2, name: String? = nil) -> ID {
    layer(.averagePooling(kernel: SIMD3(repeating: kernel), stride: SIMD3(repeating: stride)), [x], name)
  }

  public mutating func instanceNormalization(_ x: ID, epsilon: Float = 1e-5, name: String? = nil) -> ID {
    layer(.instanceNormalization(epsilon: epsilon), [x], name)
  }

  public mutating func dense(_ x: ID, outputs: Int, name: String? = nil) -> ID {
    layer(.dense(outputs: outputs), [x], name)
  }

  public mutating func reshape(_ x: ID, to shape: TensorShape) -> ID { layer(.reshape(shape), [x], nil) }

  public mutating func relu(_ x: ID) -> ID { layer(.relu, [x], nil) }

  public mutating func leakyReLU(_ x: ID, slope: Float = 0.01) -> ID {
    layer(.leakyReLU(slope: slope), [x], nil)
  }

  public mutating func sigmoid(_ x: ID) -> ID { layer(.sigmoid, [x], nil) }

  /// Across channels.
  public mutating func softmax(_ x: ID) -> ID { layer(.softmax, [x], nil) }

  public mutating func concatenation(_ inputs: [ID]) -> ID { layer(.concatenation, inputs, nil) }

  public mutating func addition(_ x: ID, _ y: ID) -> ID { layer(.addition, [x, y], nil) }

  public mutating func dropout(_ x: ID, probability: Float) -> ID {
    layer(.dropout(probability: probability), [x], nil)
  }

  public mutating func linearUpsampling(_ x: ID) -> ID { layer(.linearUpsampling, [x], nil) }

  /// The voxels of 2×2×2 blocks as channels.
  public mutating func spaceToDepth(_ x: ID) -> ID { layer(.spaceToDepth, [x], nil) }

  /// Channels as the voxels of 2×2×2 blocks.
  public mutating func depthToSpace(_ x: ID) -> ID { layer(.depthToSpace, [x], nil) }

  public mutating func nearestUpsampling(_ x: ID) -> ID { layer(.nearestUpsampling, [x], nil) }
}
