import Foundation

/// Something that reads what anybody may send, and what must hold whatever comes.
///
/// The same targets are fed by libFuzzer (`make fuzz`) and, from the corpus in the repository, by an ordinary test.
struct FuzzTarget: Sendable {
  let name: String
  /// - Throws: `BrokenPromise`; a crash says enough by itself.
  let feed: @Sendable (Data) throws -> Void

  static let all = [
    FuzzTarget(name: "cursor", feed: feedCursor), FuzzTarget(name: "token", feed: feedToken),
    FuzzTarget(name: "proof", feed: feedProof), FuzzTarget(name: "body", feed: feedBody),
    FuzzTarget(name: "query", feed: feedQuery), FuzzTarget(name: "seed", feed: feedSeed),
    FuzzTarget(name: "configuration", feed: feedConfiguration), FuzzTarget(name: "image", feed: feedImage),
  ]
}

/// What should hold for every input, and did not for this one.
struct BrokenPromise: Error, Hashable {
  let what: String
}

func promise(_ holds: Bool, _ what: @autoclosure () -> String) throws {
  if !holds { throw BrokenPromise(what: what()) }
}

extension Data {
  /// The first byte, which chooses among the ways of one target, and the rest.
  var choice: (UInt8, Data) { (first ?? 0, Data(dropFirst())) }

  /// What text it is, with what is no UTF-8 replaced: there is no string of anything else.
  var text: String { String(decoding: self, as: UTF8.self) }
}
