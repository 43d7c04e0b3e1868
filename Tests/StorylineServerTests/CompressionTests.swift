import CBrotli
import Foundation
import Glibc
import HTTPTypes
import StorylineGzip
import StorylineModels
import StorylineStore
import Testing

@testable import StorylineServer

/// What is compressed for whom, and that the same comes out.
@Suite(.timeLimit(.minutes(2))) struct CompressionTests {
  private static let page = "after=start"

  private static func inflated(_ data: Data) throws -> Data {
    var size = 4 * 1024 * 1024
    var output = Data(count: size)
    let result = data.withUnsafeBytes { input in
      output.withUnsafeMutableBytes { target in
        BrotliDecoderDecompress(
          input.count, input.bindMemory(to: UInt8.self).baseAddress, &size,
          target.bindMemory(to: UInt8.self).baseAddress)
      }
    }
    try #require(result == BROTLI_DECODER_RESULT_SUCCESS)
    return output.prefix(size)
  }

  @Test(arguments: Backend.allCases) func `a page comes in the coding that is liked best`(_ backend: Backend)
    async throws
  {
    try await TestService.run(on: backend) { service in
      let ask = Ask(.contentChanges, query: Self.page, token: try await service.token())
      let plain = try await service.send(ask)
      #expect(plain.headers["content-encoding"] == nil)
      let cases = [
        ("gzip", "gzip"), ("br", "br"), ("gzip, br", "br"), ("gzip;q=1, br;q=0", "gzip"), ("*", "br"), ("BR", "br"),
        ("zstd, gzip ; q=0.5", "gzip"), ("identity", nil), ("gzip;q=0", nil), ("*;q=0", nil), ("", nil),
      ]
      for (accepted, coding) in cases {
        // Twice: the second one comes out of what was kept.
        for _ in 0..<2 {
          let answer = try await service.send(ask.with(.acceptEncoding, accepted))
          #expect(answer.status == 200)
          #expect(answer.headers["content-encoding"] == coding, "\(accepted)")
          #expect(answer.headers["vary"] == "Accept-Encoding")
          let body =
            switch coding {
            case "br"?: try Self.inflated(answer.body)
            case "gzip"?: try Gzip.inflated(answer.body, limit: 4 * 1024 * 1024)
            default: answer.body
            }
          #expect(body == plain.body, "\(accepted)")
          #expect(answer.body.count < plain.body.count || coding == nil)
          #expect(answer.headers["content-length"] == "\(answer.body.count)")
        }
      }
    }
  }

  @Test func `a compressed page has a weak tag, and 304 for both`() async throws {
    try await TestService.run(on: .inProcess) { service in
      let ask = Ask(.contentChanges, query: Self.page, token: try await service.token())
      let strong = try #require(try await service.send(ask).headers["etag"])
      let weak = try #require(try await service.send(ask.with(.acceptEncoding, "br")).headers["etag"])
      #expect(weak == "W/" + strong)
      for tag in [strong, weak] {
        for coding in ["br", "gzip", "identity"] {
          let answer = try await service.send(ask.with(.ifNoneMatch, tag).with(.acceptEncoding, coding))
          #expect(answer.status == 304, "\(tag) \(coding)")
          #expect(answer.headers["vary"] == "Accept-Encoding")
          #expect(answer.headers["content-encoding"] == nil)
        }
      }
    }
  }

  @Test func `a reader's own pages come in gzip, tokens and small answers as they are`() async throws {
    try await TestService.run(on: .inProcess) { service in
      let token = try await service.token()
      let push = try Ask(.librarySync, token: token).sending(SampleStory.push(40)).with(.acceptEncoding, "br, gzip")
      let answer = try await service.send(push)
      #expect(answer.headers["content-encoding"] == "gzip")
      let body = try Gzip.inflated(answer.body, limit: 1024 * 1024)
      #expect(try StorylineJSON.decode(LibrarySyncResponse.self, from: body).results.count == 40)
      let small = try await service.send(Ask(.live, query: "wait=0", token: token).with(.acceptEncoding, "gzip"))
      #expect(small.status == 200 && small.headers["content-encoding"] == nil)
      let invite = try await service.store.createInvite(scope: Scope.reader, validFor: 3600)
      let form = "grant_type=\(InviteGrant.type)&invite=\(invite.text)&request_id=\(UUID())"
      let reply = try await service.send(
        Ask(.token).sending(form, as: MediaTypes.form).with(.acceptEncoding, "br, gzip"))
      #expect(reply.status == 200 && reply.headers["content-encoding"] == nil)
      let description = try await service.send(Ask(.openAPI).with(.acceptEncoding, "br"))
      #expect(try Self.inflated(description.body).starts(with: "openapi:".utf8))
      #expect(try await service.send(Ask(.config)).headers["vary"] == "Accept-Encoding")
    }
  }

  @Test func `what was taken back does not come out of what was kept`() async throws {
    try await TestService.run(on: .inProcess) { service in
      let ask = Ask(.contentChanges, query: Self.page, token: try await service.token()).with(.acceptEncoding, "br")
      let before = try Self.inflated(try await service.send(ask).body)
      #expect(String(decoding: before, as: UTF8.self).contains("Headline 3"))
      _ = try await service.store.publish(
        ContentCommit(
          entities: [], removals: [.init(kind: .article, id: "article-3", reason: "legal")], author: "test"))
      let after = try Self.inflated(try await service.send(ask).body)
      #expect(!String(decoding: after, as: UTF8.self).contains("Headline 3"))
    }
  }

  @Test(arguments: [ContentCoding.brotli, .gzip])
  func `what was compressed takes no more memory than its bytes`(coding: ContentCoding) throws {
    let body = Data(String(repeating: "The ministers agreed on Tuesday. ", count: 8_000).utf8)
    let data = try #require(coding.compressed(body))
    // Of the C library, in a header that Swift does not import.
    let symbol = try #require(dlsym(nil, "malloc_usable_size"))
    let usableSize = unsafeBitCast(symbol, to: (@convention(c) (UnsafeRawPointer?) -> Int).self)
    let room = data.withUnsafeBytes { usableSize($0.baseAddress) }
    #expect(room >= data.count)
    #expect(room < data.count + 4_096, "of \(body.count) bytes in")
  }

  @Test func `what is kept is bounded`() {
    let kept = CompressedBodies(limit: 4_000)
    var generator = SystemRandomNumberGenerator()
    for _ in 0..<50 {
      let body = Data((0..<900).map { _ in UInt8.random(in: .min ... .max, using: &generator) })
      #expect(kept.compressed(body, by: .gzip).map { $0.count > 900 } == true)
      #expect(kept.bytes <= 4_000)
    }
  }
}
