import Foundation
import StorylineGzip
import StorylineTestSupport
import Testing

struct GzipTests {
  private let sample = Data((0..<200_000).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 7) })

  @Test(arguments: [0, 1, 100, 65_536, 200_000])
  func `what goes in comes out`(count: Int) throws {
    let data = sample.prefix(count)
    #expect(try Gzip.inflated(Gzip.compressed(Data(data)), limit: count) == Data(data))
  }

  @Test func `equal input gives equal bytes`() {
    #expect(Gzip.compressed(sample) == Gzip.compressed(sample))
  }

  @Test func `a cut file is told from a damaged one`() throws {
    let packed = Gzip.compressed(sample)
    for count in [0, 1, 9, 10, 11, packed.count / 2, packed.count - 1] {
      #expect(throws: Gzip.Failure.truncated) { try Gzip.inflated(packed.prefix(count), limit: 1 << 20) }
    }
    var damaged = packed
    damaged[damaged.count - 6] ^= 1
    #expect(throws: Gzip.Failure.malformed) { try Gzip.inflated(damaged, limit: 1 << 20) }
    #expect(throws: Gzip.Failure.malformed) { try Gzip.inflated(Data("<html>no gzip</html>".utf8), limit: 1 << 20) }
    #expect(throws: Gzip.Failure.malformed) { try Gzip.inflated(packed + Data([0]), limit: 1 << 20) }
  }

  @Test func `edge case 50: a bomb stops at its limit`() {
    let bomb = Gzip.compressed(Data(count: 50 << 20), level: 9)
    #expect(bomb.count < 100_000)
    #expect(throws: Gzip.Failure.tooLarge(limit: 1 << 20)) { try Gzip.inflated(bomb, limit: 1 << 20) }
  }
}
