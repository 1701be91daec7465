import Foundation
import Imaging
import Testing

@Suite("Axis codes")
struct OrientationTests {
  @Test("all 48 codes are read, written and lead back to themselves through an affine")
  func allCodes() throws {
    var count = 0
    for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
      for signs in 0..<8 {
        let ends = [["L", "R"], ["P", "A"], ["I", "S"]]
        let codes = (0..<3).map { ends[order[$0]][signs >> $0 & 1] }.joined()
        let orientation = try #require(Orientation(codes))
        #expect(orientation.description == codes)
        let grid = Grid(shape: [2, 3, 4], affine: .identity).reoriented(to: orientation)
        #expect(Orientation(grid.affine) == orientation)
        count += 1
      }
    }
    #expect(count == 48)
  }

  @Test("lower case is accepted, anything but three different axes is not")
  func parsing() {
    #expect(Orientation("lia")?.description == "LIA")
    for bad in ["", "RA", "RAR", "RLS", "RASS", "XYZ"] { #expect(Orientation(bad) == nil) }
  }

  @Test("it is stored as its code")
  func codable() throws {
    let data = try JSONEncoder().encode([Orientation.ras])
    #expect(String(decoding: data, as: UTF8.self) == "[\"RAS\"]")
    #expect(try JSONDecoder().decode([Orientation].self, from: data) == [.ras])
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode([Orientation].self, from: Data("[\"RAR\"]".utf8))
    }
  }
}
