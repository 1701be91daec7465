import Batch
import Foundation
import Testing

@Suite("Shard")
struct ShardTests {
  @Test(
    "the parts of a list are the list, each item once, and differ by one in size",
    arguments: [1, 2, 7, 12, 30])
  func partition(count: Int) {
    let items = Array(1...12)
    let parts = (1...count).map { Shard(index: $0, count: count).share(of: items) }
    #expect(parts.flatMap { $0 }.sorted() == items)
    let sizes = parts.map(\.count)
    #expect((sizes.max() ?? 0) - (sizes.min() ?? 0) <= 1)
  }

  @Test(
    "what is no part of a whole is refused",
    arguments: ["", "3", "0/4", "5/4", "a/b", "1/2/3", "1/", "/2", "-1/2", "1/0"])
  func refused(text: String) {
    #expect(Shard(text) == nil)
  }

  @Test("a part is written i/n")
  func text() {
    #expect(Shard("3/12") == Shard(index: 3, count: 12))
  }

  @Test(
    "reversed, each part of a work list holds the same subjects from its other end", arguments: [1, 3, 5, 9])
  func reversed(count: Int) throws {
    let list = try WorkList((1...7).map { .init(subject: "sub-\($0)", operand: "\($0)") })
    let other = list.reversed(parts: count)
    for index in 1...count {
      let shard = Shard(index: index, count: count)
      #expect(shard.share(of: other.items) == shard.share(of: list.items).reversed())
    }
    #expect(other.reversed(parts: count) == list)
  }

  @Test("a work list comes back as it was written; names that would not fit on a line are refused")
  func workList() throws {
    let place = try Workplace()
    let list = try WorkList([
      .init(subject: "sub-1", operand: "data/a b/ä_T1w.nii"), .init(subject: "sub-2", operand: "/x"),
    ])
    try list.write(to: place("list"))
    #expect(try WorkList(contentsOf: place("list")) == list)
    for name in ["a\tb", "a\nb", "a\r\nb"] {
      #expect(throws: WorkList.Failure.unlisted(name)) { try WorkList([.init(subject: "s", operand: name)]) }
    }
    try place.write("sub-1\tx\nsub-2\n", to: "bad")
    #expect(throws: WorkList.Failure.badLine(path: place("bad"), line: 2)) {
      try WorkList(contentsOf: place("bad"))
    }
    #expect(throws: WorkList.Failure.unreadable("no")) { try WorkList(contentsOf: "no") }
  }
}
