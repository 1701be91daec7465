import Synthesis
import Testing

@Suite struct IntensityStatisticsTests {
  @Test("the statistics of 2, 4, 4, 4, 5, 5, 7, 9 are the textbook's", arguments: [0, 1_000_000] as [Float])
  func textbook(offset: Float) {
    let statistics = IntensityStatistics([2, 4, 4, 4, 5, 5, 7, 9].map { $0 + offset })
    #expect(statistics.minimum == 2 + offset)
    #expect(statistics.maximum == 9 + offset)
    #expect(statistics.mean == 5 + offset)
    #expect(statistics.deviation == 2)
  }
}
