import COneDNN

/// oneDNN's processor and the queue that runs primitives on it.
final class Engine {
  let handle: dnnl_engine_t
  let stream: dnnl_stream_t

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

  /// Waits until the primitives that were handed to the stream are done; what went wrong in one of them is reported
  /// here.
  func wait() throws(EngineError) {
    let status = dnnl_stream_wait(stream)
    guard status == dnnl_success else { throw .primitive(name: "stream", status: Int(status.rawValue)) }
  }

  deinit {
    dnnl_stream_destroy(stream)
    dnnl_engine_destroy(handle)
  }
}
