import Foundation

/// Seconds of processors, user and system, which a busy machine changes less than the clock's.
enum CPUTime {
  /// Of this process so far, with all its threads.
  static var now: Double { seconds(Int32(RUSAGE_SELF.rawValue)) }

  private static func seconds(_ whose: Int32) -> Double {
    var usage = rusage()
    getrusage(whose, &usage)
    func value(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
    return value(usage.ru_utime) + value(usage.ru_stime)
  }
}
