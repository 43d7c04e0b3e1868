import Crypto
import Foundation
import HTTPTypes
import HummingbirdCore
import StorylineModels
import StorylineStore
import StorylineTestSupport
import Testing

@testable import StorylineServer

@Suite struct MediaTests {
  private static let picture = SampleImage.png(shade: 7, padding: 300_000)

  static func id(of image: Data) throws -> MediaID { try #require(MediaID(digest: Array(SHA256.hash(data: image)))) }

  /// Sends an image as an editor does.
  static func upload(
    _ image: Data, as type: String = "image/png", name: String = "summit.png", at id: String? = nil
  ) throws -> Ask {
    Ask(.editorMediaUpload, id: try id ?? Self.id(of: image).description, query: "name=\(name)").sending(
      image, as: type)
  }

  /// A commit of one article with this image, now or later.
  static func commit(_ image: Data, id: String = "article-9", at: String? = nil) throws -> String {
    var article = SampleStory.article(9)
    article.id = Identifier(id)
    article.blocks.append(
      Block(id: "b2", role: .image, url: try Self.id(of: image).address, alt: "A summit", caption: "Words"))
    let time = at.map { #","publish_at":"\#($0)""# } ?? ""
    let body = try Entity.article(article).body().text
    return #"{"author":"desk","changes":[{"kind":"article","id":"\#(id)"\#(time),"body":\#(body)}]}"#
  }

  private static func publish(_ body: String, by editor: TestEditor, _ service: TestService) async throws -> Answer {
    try await service.send(
      try editor.prove(Ask(.editorCommit)).sending(body)
        .with(try #require(HTTPField.Name.idempotencyKey), UUID().uuidString))
  }

  @Test(arguments: Backend.allCases)
  func `an editor sends an image, and readers have it once it is published`(backend: Backend) async throws {
    try await TestService.run(on: backend) { service in
      let (editor, token) = (try await service.editor(), try await service.token())
      let id = try Self.id(of: Self.picture)
      let early = try await Self.publish(try Self.commit(Self.picture), by: editor, service)
      #expect(try early.status == 422 && early.problem().code == .commitInvalid)
      #expect(try early.problem().detail?.contains(id.description) == true)
      for _ in 0..<2 {
        let kept = try await service.send(try editor.prove(try Self.upload(Self.picture)))
        #expect(kept.status == 200 && kept.headers["cache-control"] == "private, no-store")
        #expect(
          try kept.decoded(as: MediaDescription.self)
            == MediaDescription(sha256: id, type: "image/png", bytes: Self.picture.count, name: "summit.png"))
      }
      let ask = Ask(.get, id.address, token: token)
      #expect(try await service.send(ask).status == 404)
      #expect(try await service.send(try editor.prove(Ask(.editorMediaFile, id: "\(id)"))).body == Self.picture)
      let list = try await service.send(try editor.prove(Ask(.editorMediaList))).decoded(as: MediaList.self)
      #expect(list.media.map(\.sha256) == [id])
      #expect(try await Self.publish(try Self.commit(Self.picture), by: editor, service).status == 200)
      let answer = try await service.send(ask)
      #expect(answer.status == 200 && answer.body == Self.picture)
      #expect(answer.headers["content-type"] == "image/png" && answer.headers["etag"] == "\"\(id)\"")
      #expect(answer.headers["cache-control"] == "max-age=31536000, s-maxage=600, immutable")
      #expect(answer.headers["x-content-type-options"] == "nosniff" && answer.headers["vary"] == nil)
      #expect(answer.headers["content-security-policy"] == "default-src 'none'; sandbox")
      #expect(answer.headers["content-length"] == "\(Self.picture.count)")
      let known = try await service.send(ask.with(.ifNoneMatch, "\"\(id)\""))
      #expect(known.status == 304 && known.body.isEmpty)
      let head = try await service.send(Ask(.head, id.address, token: token))
      #expect(head.status == 200 && head.body.isEmpty && head.headers["content-length"] == "\(Self.picture.count)")
    }
  }

  @Test(arguments: Backend.allCases)
  func `one range of bytes is answered with these bytes`(backend: Backend) async throws {
    try await TestService.run(on: backend, configure: { $0.contentAccess = .public }) { service in
      let editor = try await service.editor()
      _ = try await service.send(try editor.prove(try Self.upload(Self.picture)))
      _ = try await Self.publish(try Self.commit(Self.picture), by: editor, service)
      let ask = Ask(.get, try Self.id(of: Self.picture).address)
      #expect(
        try await service.send(ask).headers["cache-control"] == "public, max-age=31536000, s-maxage=600, immutable")
      let size = Self.picture.count
      let edge = 256 * 1024
      let more: [(String, Int, Range<Int>?)] = [
        ("bytes=\(edge - 1)-\(edge)", 206, (edge - 1)..<(edge + 1)), ("bytes=\(size - 1)-", 206, (size - 1)..<size),
        ("bytes=\(size)-", 416, nil),
      ]
      for (range, status, bytes) in SnapshotTests.ranges.map({ ($0.range, $0.status, $0.bytes(size)) }) + more {
        let answer = try await service.send(ask.with(.range, range))
        #expect(answer.status == status, "\(range)")
        if let bytes { #expect(answer.body == Data(Self.picture[bytes]), "\(range)") }
        if status == 206, let bytes {
          let expected = "bytes \(bytes.lowerBound)-\(bytes.upperBound - 1)/\(size)"
          #expect(answer.headers["content-range"] == expected, "\(range)")
        }
        if status == 416 { #expect(answer.headers["content-range"] == "bytes */\(size)", "\(range)") }
      }
      let other = try await service.send(ask.with(.range, "bytes=5-9").with(.ifRange, "\"other\""))
      #expect(other.status == 200 && other.body.count == size)
    }
  }

  /// The answer without what differs between any two answers.
  private static func comparable(_ answer: Answer) -> String {
    var headers = answer.headers
    let request = headers.removeValue(forKey: "x-request-id") ?? ""
    headers["date"] = nil
    let fields = headers.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }.joined(separator: "\n")
    return "\(answer.status)\n\(fields)\n\(answer.text.replacingOccurrences(of: request, with: "ID"))"
  }

  @Test(arguments: Backend.allCases)
  func `an image that waits for its time is answered as one that never was here`(backend: Backend) async throws {
    try await TestService.run(on: backend) { service in
      let (editor, token) = (try await service.editor(), try await service.token())
      _ = try await service.send(try editor.prove(try Self.upload(Self.picture)))
      let later = try Self.commit(Self.picture, at: "2999-01-01T00:00:00.000Z")
      #expect(try await Self.publish(later, by: editor, service).status == 200)
      let waiting = try Self.id(of: Self.picture).description
      let unknown = [String(repeating: "0", count: 64), waiting.uppercased(), "x", waiting + ".png"]
      for method in [HTTPRequest.Method.get, .head] {
        for header in [nil, ("bytes=0-5", HTTPField.Name.range), ("\"\(waiting)\"", .ifNoneMatch), ("*", .ifNoneMatch)]
        {
          func answer(_ id: String) async throws -> String {
            let ask = Ask(method, Route.media.path(id: id), token: token)
            return Self.comparable(try await service.send(header.map { ask.with($0.1, $0.0) } ?? ask))
          }
          let hidden = try await answer(waiting)
          #expect(hidden.hasPrefix("404\n"))
          for id in unknown { #expect(try await answer(id) == hidden, "\(method) \(id)") }
        }
      }
    }
  }

  @Test func `an image goes with the article that is taken down`() async throws {
    try await TestService.run(on: .inProcess) { service in
      let (editor, token) = (try await service.editor(), try await service.token())
      let id = try Self.id(of: Self.picture)
      for reason in ["retracted", "legal"] {
        _ = try await service.send(try editor.prove(try Self.upload(Self.picture)))
        #expect(try await Self.publish(try Self.commit(Self.picture), by: editor, service).status == 200)
        #expect(try await service.send(Ask(.get, id.address, token: token)).status == 200)
        let removal =
          #"{"author":"desk","changes":[{"kind":"article","id":"article-9","deleted":true,"reason":"\#(reason)"}]}"#
        #expect(try await Self.publish(removal, by: editor, service).status == 200)
        let gone = try await service.send(Ask(.get, id.address, token: token).with(.ifNoneMatch, "\"\(id)\""))
        #expect(gone.status == 404)
        let kept = try await service.send(try editor.prove(Ask(.editorMediaFile, id: "\(id)")))
        #expect(kept.status == (reason == "legal" ? 404 : 200))
      }
    }
  }

  @Test(arguments: Backend.allCases)
  func `an image that a correction takes out is gone at once, and an editor removes its bytes`(
    backend: Backend
  ) async throws {
    try await TestService.run(on: backend) { service in
      let (editor, token) = (try await service.editor(), try await service.token())
      let id = try Self.id(of: Self.picture)
      func status(_ ask: Ask) async throws -> Int { try await service.send(ask).status }
      func remove() async throws -> Answer {
        try await service.send(try editor.prove(Ask(.editorMediaRemove, id: "\(id)")))
      }
      _ = try await service.send(try editor.prove(try Self.upload(Self.picture)))
      #expect(try await Self.publish(try Self.commit(Self.picture), by: editor, service).status == 200)
      #expect(try await status(Ask(.get, id.address, token: token)) == 200)
      let early = try await remove()
      #expect(try early.status == 409 && early.problem().code == .mediaShown)
      #expect(try early.problem().detail?.hasPrefix("Article article-9 shows it") == true)
      var article = SampleStory.article(9)
      article.version = 2
      let note = Update(
        id: "u-9-2", story: article.story, target: .init(kind: .article, id: "article-9"), type: .correction,
        at: Timestamp(milliseconds: 1_733_313_600_000), note: "The image was withdrawn.", blocks: [], fromVersion: 1,
        toVersion: 2)
      let bodies = try [Entity.article(article), .update(note)].map { entity in
        #"{"kind":"\#(entity.kind)","id":"\#(entity.id)","body":\#(try entity.body().text)}"#
      }
      let correction = #"{"author":"desk","changes":[\#(bodies.joined(separator: ","))]}"#
      let published = try await Self.publish(correction, by: editor, service)
      #expect(published.status == 200, "\(published.text)")
      #expect(try await status(Ask(.get, id.address, token: token)) == 404)
      #expect(try await status(Ask(.get, id.address, token: token).with(.ifNoneMatch, "\"\(id)\"")) == 404)
      // Whoever undoes the correction needs it, until somebody says that it has to go.
      #expect(try await status(try editor.prove(Ask(.editorMediaFile, id: "\(id)"))) == 200)
      #expect(try await remove().status == 204)
      #expect(try await status(try editor.prove(Ask(.editorMediaFile, id: "\(id)"))) == 404)
      #expect(try await remove().status == 404)
    }
  }

  @Test(arguments: Backend.allCases)
  func `what is not the image that it is called is refused, and nothing is kept`(backend: Backend) async throws {
    try await TestService.run(on: backend, configure: { $0.limits.mediaBytes = 2_000 }) { service in
      let editor = try await service.editor()
      let small = SampleImage.png()
      let svg = Data("<svg xmlns=\"http://www.w3.org/2000/svg\"><script/></svg>".utf8)
      let cases: [(Ask, Int, Problem.Code)] = [
        (try Self.upload(small, at: String(repeating: "0", count: 64)), 422, .mediaInvalid),
        (try Self.upload(small, at: "x"), 400, .badRequest),
        (try Self.upload(svg), 422, .mediaInvalid),
        (try Self.upload(svg, as: "image/svg+xml"), 415, .unsupportedMediaType),
        (try Self.upload(small, as: "text/html"), 415, .unsupportedMediaType),
        (try Self.upload(small, as: "image/jpeg", name: "a.jpg"), 422, .mediaInvalid),
        (try Self.upload(small, name: "a.jpg"), 422, .mediaInvalid),
        (try Self.upload(small, name: "..%2Fa.png"), 422, .mediaInvalid),
        (try Self.upload(small, name: ""), 422, .mediaInvalid),
        (try Self.upload(SampleImage.png(padding: 2_000)), 413, .requestTooLarge),
        (try Self.upload(small).with(.contentEncoding, "gzip"), 415, .unsupportedMediaType),
        (Ask(.editorMediaUpload, id: "\(try Self.id(of: small))").sending(small, as: "image/png"), 400, .badRequest),
      ]
      for (ask, status, code) in cases {
        let answer = try await service.send(try editor.prove(ask))
        #expect(answer.status == status, "\(ask.path): \(answer.text)")
        #expect(try answer.problem().code == code, "\(ask.path)")
      }
      // What the store has a limit for is one for bytes that were cut on their way, too.
      let cut = try await service.send(try editor.prove(try Self.upload(small.dropLast(), at: "\(Self.id(of: small))")))
      #expect(cut.status == 422)
      let list = try await service.send(try editor.prove(Ask(.editorMediaList))).decoded(as: MediaList.self)
      #expect(list.media.isEmpty)
      #expect(try await service.send(try editor.prove(Ask(.editorMediaList, query: "after=x"))).status == 400)
    }
  }

  @Test(arguments: [
    "http://news.example/a.png", "javascript:alert(1)", "/v1/media/x", "media/a.png", "//x.example/a", "",
  ])
  func `an image elsewhere is at an https address, or it is not published`(address: String) async throws {
    try await TestService.run(on: .inProcess) { service in
      let editor = try await service.editor()
      let good = try Self.id(of: Self.picture).address
      let body = try Self.commit(Self.picture).replacingOccurrences(of: good, with: address)
      let answer = try await Self.publish(body, by: editor, service)
      #expect(try answer.status == 422 && answer.problem().code == .commitInvalid)
    }
  }

  @Test func `nothing in the log tells which image was looked at`() async throws {
    try await TestService.run(on: .http1OverTLS) { service in
      let (editor, token) = (try await service.editor(), try await service.token())
      let id = try Self.id(of: Self.picture)
      _ = try await service.send(try editor.prove(try Self.upload(Self.picture)))
      _ = try await Self.publish(try Self.commit(Self.picture), by: editor, service)
      #expect(try await service.send(Ask(.get, id.address, token: token)).status == 200)
      #expect(try await service.send(Ask(.get, id.address + "x", token: token)).status == 404)
      let lines = service.log.lines
      #expect(lines.contains { $0.contains("/v1/media/{id}") })
      #expect(!lines.contains { $0.contains(id.description) || $0.contains("summit") })
    }
  }
}
