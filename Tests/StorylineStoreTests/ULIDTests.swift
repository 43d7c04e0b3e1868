import Testing

@testable import StorylineStore

@Suite struct ULIDTests {
  @Test func `an id comes back from its text, and texts sort as times do`() {
    let times: [Int64] = [0, 1, 1_720_677_600_000, (1 << 48) - 1]
    let ids = times.map { ULID(milliseconds: $0) }
    #expect(ids.map { ULID($0.description) } == ids)
    #expect(ids.map(\.description) == ids.map(\.description).sorted())
    #expect(ids.allSatisfy { $0.description.utf8.count == 26 })
    #expect(ids[2].description.hasPrefix("01J2G612R0"))
  }

  @Test func `the next id is the smallest one above, across the halves too`() throws {
    let last = try #require(ULID("01J2G612R00000ZZZZZZZZZZZZ"))
    #expect(last.next > last)
    #expect(last.next.description == "01J2G612R00001000000000000")
    let half = try #require(ULID("0000000000000FZZZZZZZZZZZZ"))
    #expect(half.next.description == "0000000000000G000000000000")
  }

  @Test(arguments: [
    "", "01J2G612R0", "01J2G612R00000ZZZZZZZZZZZU", "80000000000000000000000000", "ä1J2G14ZR00000ZZZZZZZZZZZ",
  ])
  func `what is no id is not taken for one`(text: String) {
    #expect(ULID(text) == nil)
  }
}
