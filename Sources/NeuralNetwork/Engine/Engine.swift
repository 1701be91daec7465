import COneDNN

/// The owner of oneDNN's CPU engine and of the stream that runs primitives on it.
final class Engine {
  /// oneDNN's engine.
  let handle: dnnl_engine_t
  /// The stream of the engine.
  let stream: dnnl_stream_t

  /// Creates an engine and a stream.
  init() throws(EngineError) {
    var engine: dnnl_engine_t?
    let created = dnnl_engine_create(&engine, dnnl_cpu, 0)
    handle = try owned(engine, created, "engine")
    var stream: dnnl_stream_t?
    let status = dnnl_stream_create(&stream, handle, dnnl_stream_default_flags.rawValue)
    do {
      self.stream = try owned(stream, status, "stream")
    } catch {
      dnnl_engine_destroy(engine)
      throw error
    }
  }

  /// Waits until all primitives of the stream have ended.
  /// - Throws: `EngineError.primitive` if one of them failed.
  func wait() throws(EngineError) {
    let status = dnnl_stream_wait(stream)
    guard status == dnnl_success else { throw .primitive(name: "stream", status: Int(status.rawValue)) }
  }

  deinit {
    dnnl_stream_destroy(stream)
    dnnl_engine_destroy(handle)
  }
}
