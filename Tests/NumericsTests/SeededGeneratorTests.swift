import Numerics
import Testing

@Suite struct SeededGeneratorTests {
  @Test("from the state 1, 2, 3, 4 it gives the first numbers that follow from xoshiro256**'s definition")
  func definition() {
    // The outputs that the authors' C code prints; the first two are 2·5 rotated by 7, times 9, and 0.
    var generator = SeededGenerator(state: (1, 2, 3, 4))
    let expected: [UInt64] = [11_520, 0, 1_509_978_240, 1_215_971_899_390_074_240]
    #expect((0..<4).map { _ in generator.next() } == expected)
  }

  @Test("the same seed and stream give the same numbers")
  func repeatable() {
    var (a, b) = (SeededGenerator(seed: 5, stream: 9), SeededGenerator(seed: 5, stream: 9))
    for _ in 0..<100 { #expect(a.next() == b.next()) }
  }

  @Test("neighbouring seeds and streams share no number, and exchanging seed and stream is another sequence")
  func independent() {
    var seen = Set<UInt64>()
    for seed in 0..<10 as Range<UInt64> {
      for stream in 0..<10 as Range<UInt64> {
        var generator = SeededGenerator(seed: seed, stream: stream)
        for _ in 0..<100 { seen.insert(generator.next()) }
      }
    }
    #expect(seen.count == 10_000)
  }
}
