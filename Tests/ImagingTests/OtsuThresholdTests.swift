import Imaging
import Testing

@Suite("Otsu's threshold")
struct OtsuThresholdTests {
  /// ITK 5.4's upper bin edge, 200 bins; scikit-image 0.25 gives the middles of the same bins.
  @Test("it is that of SimpleITK and scikit-image to a fraction of a bin")
  func reference() throws {
    let dark = (0..<3000).map { Float($0 * 7919 % 97) / 10 }
    let bright = (0..<1000).map { (index: Int) -> Float in 50 + Float(index * 104_729 % 181) / 4 }
    let parted = dark + bright
    #expect(abs(try #require(OtsuThreshold(of: parted)).value - 9.9755) < 0.01)
    let even = (0..<5000).map { Float($0 * 7919 % 1009) / 10 }
    #expect(abs(try #require(OtsuThreshold(of: even)).value - 50.4025) < 0.01)
  }

  @Test("one value alone cannot be parted")
  func constant() {
    #expect(OtsuThreshold(of: [3, 3, 3]) == nil)
    #expect(OtsuThreshold(of: []) == nil)
  }
}
