import Foundation
import StorylineModels
import StorylineTestSupport
import Testing

/// Version 1 of the wire format, as it was first released: what stands in these files must be readable for ever.
@Suite struct WireTests {
  @Test func `a document of version 1 comes back byte for byte`() throws {
    try expectRoundTrip(LibrarySyncRequest.self, "library-sync-request")
    try expectRoundTrip(LibrarySyncResponse.self, "library-sync-response")
    try expectRoundTrip(Problem.self, "problem-epoch-changed")
    try expectRoundTrip(TokenReply.self, "token")
    try expectRoundTrip(ContentHead.self, "content-head")
  }

  /// Limits were added since; what an older server does not say has its default.
  @Test func `an older server's configuration is understood`() throws {
    let value = try StorylineJSON.decode(ServiceConfiguration.self, from: Golden.data("v1/config.json"))
    #expect(value.limits.pageRows == 500)
    #expect(try StorylineJSON.decode(ServiceConfiguration.self, from: StorylineJSON.encode(value)) == value)
  }

  private func expectRoundTrip<Value: Codable>(_ type: Value.Type, _ name: String) throws {
    let golden = try Golden.data("v1/\(name).json")
    let value = try StorylineJSON.decode(type, from: golden)
    #expect(try StorylineJSON.encode(value) + Data("\n".utf8) == golden, "\(name)")
  }

  @Test func `every kind of content comes back with all that it holds`() throws {
    let page = try Self.page()
    for change in page.changes {
      guard let entity = try change.entity() else { continue }
      #expect(entity.kind == change.kind)
      #expect(entity.id == change.id)
      let written = try JSONDecoder().decode(JSONValue.self, from: entity.body().data)
      let received = try JSONDecoder().decode(JSONValue.self, from: #require(change.body).data)
      #expect(written == received, "\(change.kind) \(change.id)")
    }
    #expect(Set(page.changes.map(\.kind)).isSuperset(of: ContentKind.known))
  }

  @Test func `an unknown kind keeps its bytes, number lexemes and white space included`() throws {
    let poll = try #require(try Self.page().changes.first { $0.kind == ContentKind(rawValue: "poll") })
    #expect(
      poll.body?.text == #"{ "question" : "What next?", "share": 1.10, "big": 9007199254740993 }"#)
    guard case .unknown(let kind, let id, _) = try poll.entity() else {
      Issue.record("a poll is not a known kind")
      return
    }
    #expect(kind.rawValue == "poll")
    #expect(id == "p-1")
  }

  @Test func `an unknown stance and an unknown block role are kept and marked as such`() throws {
    let page = try Self.page()
    let position = try #require(page.changes.first { $0.kind == .position }?.body).decoded(as: Position.self)
    #expect(!position.stance.isKnown)
    #expect(position.stance.rawValue == "warming-to")
    let article = try #require(page.changes.first { $0.kind == .article }?.body).decoded(as: Article.self)
    let map = try #require(article.blocks.last)
    #expect(map.texts == ["Map: the eastern flank"])
    #expect(map.other["text"] == .object(["not": .string("a string")]))
  }

  @Test func `a tombstone says what is gone and why`() throws {
    let gone = try #require(try Self.page().changes.last)
    #expect(gone.isDeleted)
    #expect(gone.reason == "retracted")
    #expect(try gone.entity() == nil)
  }

  @Test func `a row written again is read the same`() throws {
    for change in try Self.page().changes {
      #expect(try ContentChange(wire: change.wire()) == change)
    }
  }

  @Test func `joined rows make the page they came from`() throws {
    let page = try Self.page()
    let wire = try ContentPage.wire(
      epoch: page.epoch, after: page.after, cursor: page.cursor, more: page.more,
      rows: page.changes.map { try $0.wire().data })
    #expect(try ContentPage(parsing: wire) == page)
  }

  @Test func `a page cut anywhere is no page`() throws {
    let data = try Golden.data("v1/content-page.json")
    let end = try #require(data.lastIndex(of: UInt8(ascii: "}")))
    for length in stride(from: 0, through: end, by: 7) {
      #expect(throws: (any Error).self, "cut at \(length)") { try ContentPage(parsing: data.prefix(length)) }
    }
  }

  @Test(arguments: [
    "<html>Sign in to the hotel</html>", "[]", "{}", #"{"epoch":"e","after":"a","cursor":"c","more":false}"#,
    #"{"epoch":"e","after":"a","cursor":"c","more":false,"changes":[{"kind":"x","id":"y","rev":1}]}"#,
    #"{"epoch":"e","after":"a","cursor":"c","more":false,"changes":[{"kind":"x","id":"y","rev":1,"deleted":true,"body":{}}]}"#,
  ])
  func `what is not a page is refused`(text: String) {
    #expect(throws: (any Error).self) { try ContentPage(parsing: Data(text.utf8)) }
  }

  @Test func `evidence holds only for words that stand in its block`() throws {
    let page = try Self.page()
    let article = try #require(page.changes.first { $0.kind == .article }?.body).decoded(as: Article.self)
    let event = try #require(page.changes.first { $0.kind == .event }?.body).decoded(as: Event.self)
    let evidence = try #require(event.evidence.first)
    let block = try #require(article.blocks.first { $0.id == evidence.block })
    #expect(evidence.isProved(by: block))
    #expect(!Evidence(article: article.id, block: block.id, exact: "reversible road").isProved(by: block))
    #expect(!Evidence(article: article.id, block: block.id, exact: "").isProved(by: block))
  }

  private static func page() throws -> ContentPage {
    try ContentPage(parsing: Golden.data("v1/content-page.json"))
  }
}
