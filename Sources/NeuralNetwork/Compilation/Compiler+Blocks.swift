import COneDNN

extension Compiler {
  /// Compiles the rearrangement of blocks of voxels to channels.
  func spaceToDepth(_ id: Graph.ID, from input: Graph.ID) throws(EngineError) {
    let blocks = VoxelBlocks(fine: dimensions(of: input), block: block, type: type)
    let coarse = try Layout(dimensions(of: id), block.order, type)
    let source = try reordered(value(of: input), to: .plain(dimensions(of: input)))
    values[id] = gathered(source, blocks, as: coarse)
    backward(of: id) { () throws(EngineError) in
      guard self.isNeeded(input) else { return }
      let gradient = try self.gradient(of: id, as: coarse)
      try self.contribute(self.scattered(gradient, blocks, as: source.layout), to: input)
    }
  }

  /// Compiles the rearrangement of channels to blocks of voxels.
  func depthToSpace(_ id: Graph.ID, from input: Graph.ID) throws(EngineError) {
    if block.suits(shapes[id].channels) { return try wholeDepthToSpace(id, from: input) }
    let source = value(of: input)
    let coarse = try Layout(dimensions(of: input), block.order, source.layout.type)
    let fine = try Layout.plain(dimensions(of: id))
    let forward = VoxelBlocks(fine: dimensions(of: id), block: block, type: coarse.type)
    values[id] = scattered(try reordered(source, to: coarse), forward, as: fine)
    backward(of: id) { () throws(EngineError) in
      guard self.isNeeded(input) else { return }
      let type = self.type
      let gradient = try self.gradient(of: id, as: fine)
      let blocks = VoxelBlocks(fine: self.dimensions(of: id), block: self.block, type: type)
      let layout = try Layout(self.dimensions(of: input), self.block.order, type)
      try self.contribute(self.gathered(gradient, blocks, as: layout), to: input)
    }
  }

  /// Compiles the same rearrangement for voxels with whole blocks of channels, which stay together on both sides.
  private func wholeDepthToSpace(_ id: Graph.ID, from input: Graph.ID) throws(EngineError) {
    let coarse = try Layout(dimensions(of: input), block.order, type)
    let fine = try Layout(dimensions(of: id), block.order, type)
    let blocks = VoxelBlocks(fine: dimensions(of: id), block: block, type: type)
    let (source, result) = (try reordered(value(of: input), to: coarse), Memory(fine))
    emit("depth to space", touching: [source, result]) { state in
      blocks.scatterWhole(source.bytes, into: result.bytes, threads: state.threads)
    }
    values[id] = result
    backward(of: id) { () throws(EngineError) in
      guard self.isNeeded(input) else { return }
      let (gradient, share) = (try self.gradient(of: id, as: fine), Memory(coarse))
      self.emit("space to depth", touching: [gradient, share]) { state in
        blocks.gatherWhole(gradient.bytes, into: share.bytes, threads: state.threads)
      }
      try self.contribute(share, to: input)
    }
  }

  /// Emits the rearrangement of blocks of voxels to channels.
  private func gathered(_ fine: Memory, _ blocks: VoxelBlocks, as layout: Layout) -> Memory {
    let coarse = Memory(layout)
    emit("space to depth", touching: [fine, coarse]) { state in
      blocks.gather(fine.floats, into: coarse.bytes, threads: state.threads)
    }
    return coarse
  }

  /// Emits the rearrangement of channels to blocks of voxels.
  private func scattered(_ coarse: Memory, _ blocks: VoxelBlocks, as layout: Layout) -> Memory {
    let fine = Memory(layout)
    emit("depth to space", touching: [coarse, fine]) { state in
      blocks.scatter(coarse.bytes, into: fine.floats, threads: state.threads)
    }
    return fine
  }
}
