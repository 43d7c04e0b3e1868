import Crypto
import Foundation
import HTTPTypes
import HummingbirdCore
import StorylineModels
import StorylineStore
import Testing

@testable import StorylineServer

@Suite struct SnapshotTests {
  @Test(arguments: Backend.allCases)
  func `a device finds the newest snapshot, its manifest and its parts`(backend: Backend) async throws {
    try await TestService.run(on: backend) { service in
      let token = try await service.token()
      let none = try await service.send(Ask(.contentSnapshot, token: token))
      #expect(none.status == 404 && none.headers["cache-control"] == "no-store")
      let manifest = try await service.store.publishSnapshot()
      let redirect = try await service.send(Ask(.contentSnapshot, token: token))
      #expect(redirect.status == 307 && redirect.body.isEmpty)
      #expect(redirect.headers["location"] == "/v1/content/snapshots/\(manifest.id)")
      #expect(redirect.headers["cache-control"] == "s-maxage=30")
      let answer = try await service.send(Ask(.get, try #require(redirect.headers["location"]), token: token))
      #expect(try answer.decoded(as: SnapshotManifest.self) == manifest)
      #expect(answer.headers["cache-control"] == "max-age=604800, s-maxage=604800, immutable")
      for part in manifest.parts {
        let answer = try await service.send(Ask(.snapshotPart, id: part.fileName, token: token))
        #expect(answer.status == 200 && answer.headers["content-type"] == "application/gzip")
        #expect(answer.headers["content-encoding"] == nil && answer.headers["vary"] == nil)
        #expect(answer.headers["etag"] == "\"\(part.sha256)\"" && answer.headers["accept-ranges"] == "bytes")
        #expect(answer.headers["cache-control"] == "max-age=31536000, s-maxage=31536000, immutable")
        #expect(answer.headers["content-length"] == "\(part.bytes)" && answer.body.count == part.bytes)
        #expect(SHA256.hash(data: answer.body).map { String(format: "%02x", $0) }.joined() == part.sha256)
      }
    }
  }

  @Test func `with a public story, any cache may keep snapshots`() async throws {
    try await TestService.run(on: .inProcess, configure: { $0.contentAccess = .public }) { service in
      let manifest = try await service.store.publishSnapshot()
      let part = try #require(manifest.parts.first)
      let answers = [
        (Ask(.contentSnapshot), "public, s-maxage=30"),
        (Ask(.snapshotManifest, id: manifest.id), "public, max-age=604800, immutable"),
        (Ask(.snapshotPart, id: part.fileName), "public, max-age=31536000, immutable"),
      ]
      for (ask, words) in answers {
        #expect(try await service.send(ask).headers["cache-control"] == words)
      }
    }
  }

  /// The first bytes that are asked for, as text of a Range field, and what comes: a status and the bytes' bounds.
  static let ranges: [(range: String, status: Int, bytes: @Sendable (Int) -> Range<Int>?)] = [
    ("bytes=0-0", 206, { _ in 0..<1 }),
    ("bytes=0-", 206, { 0..<$0 }),
    ("bytes=5-9", 206, { _ in 5..<10 }),
    ("BYTES=5-9", 206, { _ in 5..<10 }),
    ("bytes=-1", 206, { ($0 - 1)..<$0 }),
    ("bytes=-9999999", 206, { 0..<$0 }),
    ("bytes=1-99999999999999999999999", 206, { 1..<$0 }),
    ("bytes=99999999999999999999999-", 416, { _ in nil }),
    ("bytes=-0", 416, { _ in nil }),
    ("bytes=9-5", 200, { 0..<$0 }),
    ("bytes=0-1,4-5", 200, { 0..<$0 }),
    ("bytes=", 200, { 0..<$0 }),
    ("bytes=-", 200, { 0..<$0 }),
    ("bytes=a-b", 200, { 0..<$0 }),
    ("bytes=1-b", 200, { 0..<$0 }),
    ("bytes=-5-9", 200, { 0..<$0 }),
    ("bytes 0-5", 200, { 0..<$0 }),
    ("rows=0-5", 200, { 0..<$0 }),
  ]

  @Test(arguments: Backend.allCases)
  func `one range of bytes is answered with these bytes`(backend: Backend) async throws {
    try await TestService.run(on: backend) { service in
      let part = try #require(try await service.store.publishSnapshot().parts.first)
      let ask = Ask(.snapshotPart, id: part.fileName, token: try await service.token())
      let whole = try await service.send(ask).body
      let size = part.bytes
      let last = [
        ("bytes=\(size - 1)-", 206, (size - 1)..<size), ("bytes=\(size - 1)-\(size)", 206, (size - 1)..<size),
        ("bytes=\(size)-", 416, nil), ("bytes=\(size)-\(size + 1)", 416, nil), ("bytes=-\(size)", 206, 0..<size),
      ]
      for (range, status, bytes) in Self.ranges.map({ ($0.range, $0.status, $0.bytes(size)) }) + last {
        let answer = try await service.send(ask.with(.range, range))
        #expect(answer.status == status, "\(range)")
        if let bytes {
          #expect(answer.body == Data(whole[bytes]), "\(range)")
          #expect(answer.headers["content-length"] == "\(bytes.count)", "\(range)")
          #expect(answer.headers["etag"] == "\"\(part.sha256)\"", "\(range)")
        }
        switch status {
        case 206:
          let bounds = try #require(bytes)
          let expected = "bytes \(bounds.lowerBound)-\(bounds.upperBound - 1)/\(size)"
          #expect(answer.headers["content-range"] == expected, "\(range)")
        case 416:
          #expect(answer.headers["content-range"] == "bytes */\(size)", "\(range)")
          #expect(try answer.problem().code == .rangeNotSatisfiable, "\(range)")
        default: #expect(answer.headers["content-range"] == nil, "\(range)")
        }
      }
    }
  }

  @Test func `a part that is cut anywhere and gone on with is the same part`() async throws {
    try await TestService.run(on: .inProcess) { service in
      let part = try #require(try await service.store.publishSnapshot().parts.first)
      let ask = Ask(.snapshotPart, id: part.fileName, token: try await service.token())
      let whole = try await service.send(ask).body
      for cut in 1..<part.bytes {
        let rest = try await service.send(
          ask.with(.range, "bytes=\(cut)-").with(.ifRange, "\"\(part.sha256)\""))
        #expect(rest.status == 206 && whole.prefix(cut) + rest.body == whole, "cut at \(cut)")
      }
    }
  }

  @Test(arguments: Backend.allCases)
  func `a range holds only for the bytes that the caller has the beginning of`(backend: Backend) async throws {
    try await TestService.run(on: backend) { service in
      let part = try #require(try await service.store.publishSnapshot().parts.first)
      let ask = Ask(.snapshotPart, id: part.fileName, token: try await service.token()).with(.range, "bytes=1-2")
      let tag = "\"\(part.sha256)\""
      #expect(try await service.send(ask.with(.ifRange, tag)).status == 206)
      for other in ["\"other\"", "W/\(tag)", part.sha256, "Tue, 24 Nov 2026 02:00:00 GMT"] {
        let answer = try await service.send(ask.with(.ifRange, other))
        #expect(answer.status == 200 && answer.body.count == part.bytes, "\(other)")
      }
      #expect(try await service.send(ask.with(.ifNoneMatch, tag)).status == 304)
    }
  }

  @Test(arguments: Backend.allCases)
  func `HEAD tells of a part and a manifest without sending them`(backend: Backend) async throws {
    try await TestService.run(on: backend) { service in
      let manifest = try await service.store.publishSnapshot()
      let part = try #require(manifest.parts.first)
      let token = try await service.token()
      let head = try await service.send(Ask(.head, Route.snapshotPart.path(id: part.fileName), token: token))
      #expect(head.status == 200 && head.body.isEmpty && head.headers["content-length"] == "\(part.bytes)")
      #expect(head.headers["accept-ranges"] == "bytes" && head.headers["etag"] == "\"\(part.sha256)\"")
      let ranged = Ask(.head, Route.snapshotPart.path(id: part.fileName), token: token).with(.range, "bytes=0-1")
      #expect(try await service.send(ranged).status == 200)
      let other = try await service.send(Ask(.head, Route.snapshotManifest.path(id: manifest.id), token: token))
      #expect(other.status == 200 && other.body.isEmpty && other.headers["etag"] == "\"\(manifest.id)\"")
      #expect(try await service.send(Ask(.head, Route.contentSnapshot.path, token: token)).status == 307)
    }
  }

  @Test func `what the caller has is not sent again`() async throws {
    try await TestService.run(on: .http2OverTLS) { service in
      let manifest = try await service.store.publishSnapshot()
      let token = try await service.token()
      var asks = [Ask(.snapshotManifest, id: manifest.id, token: token)]
      asks += manifest.parts.map { Ask(.snapshotPart, id: $0.fileName, token: token) }
      for ask in asks {
        let full = try await service.send(ask)
        let again = try await service.send(ask.with(.ifNoneMatch, try #require(full.headers["etag"])))
        #expect(again.status == 304 && again.body.isEmpty)
        #expect(again.headers["cache-control"] == full.headers["cache-control"])
      }
    }
  }

  @Test func `other names than a digest's and other manifests are not there`() async throws {
    try await TestService.run(on: .inProcess) { service in
      let manifest = try await service.store.publishSnapshot()
      let token = try await service.token()
      let digest = try #require(manifest.parts.first?.sha256)
      let parts = [
        digest, digest + ".gz", digest + ".ndjson", digest.uppercased() + ".ndjson.gz", "x.ndjson.gz", ".ndjson.gz",
        String(repeating: "0", count: 64) + ".ndjson.gz", String(digest.dropLast()) + ".ndjson.gz",
        "%2e%2e.ndjson.gz",
      ]
      for name in parts {
        let answer = try await service.send(Ask(.snapshotPart, id: name, token: token))
        #expect(answer.status == 404 && answer.headers["cache-control"] == "no-store", "\(name)")
      }
      for id in ["1-00000000", "x", manifest.id + "0", manifest.id.uppercased() + "-"] {
        #expect(try await service.send(Ask(.snapshotManifest, id: id, token: token)).status == 404, "\(id)")
      }
    }
  }

  @Test func `the way past a cache has eight hexadecimal digits`() async throws {
    try await TestService.run(on: .inProcess) { service in
      let part = try #require(try await service.store.publishSnapshot().parts.first)
      let asks: [@Sendable (String, String) -> Ask] = [
        { Ask(.contentChanges, query: "after=start&bust=\($0)", token: $1) },
        { Ask(.snapshotPart, id: part.fileName, query: "bust=\($0)", token: $1) },
      ]
      for ask in asks {
        // Each device gets past a cache once a minute.
        let plain = try await service.send(ask("00000000", service.token()))
        for good in ["0123abcd", "FFFFFFFF"] {
          let answer = try await service.send(ask(good, service.token()))
          #expect(answer.status == 200 && answer.body == plain.body && answer.headers["etag"] == plain.headers["etag"])
        }
        for bad in ["", "0123abc", "0123abcde", "0123abcg", "%30123abc", "１２３４５６７８"] {
          #expect(try await service.send(ask(bad, service.token())).status == 400, "\(bad)")
        }
      }
      let manifest = try await Ask(.contentSnapshot, query: "bust=00000000", token: service.token())
      #expect(try await service.send(manifest).problem().code == .unknownParameter)
    }
  }

  @Test func `a cursor from before forgotten deletions is sent to the snapshot itself`() async throws {
    try await TestService.run(on: .inProcess, configure: { $0.contentAccess = .public }) { service in
      let collection = try await service.store.collectTombstones(olderThan: .zero)
      #expect(collection.collected == 1 && collection.floor == 3)
      let manifest = try #require(try await service.store.newestSnapshot())
      let answer = try await service.send(Ask(.contentChanges, query: "after=start"))
      let problem = try answer.problem()
      #expect(answer.status == 410 && problem.code == .cursorExpired && problem.action == "bootstrap")
      #expect(problem.snapshot == "/v1/content/snapshots/\(manifest.id)")
      #expect(answer.headers["cache-control"] == "public, max-age=0, s-maxage=60")
      #expect(try await service.send(Ask(.contentChanges, query: "after=\(manifest.cursor)")).status == 200)
    }
  }

  @Test func `a new snapshot is a new version of the head`() async throws {
    try await TestService.run(on: .inProcess) { service in
      let token = try await service.token()
      let before = try await service.send(Ask(.contentHead, token: token))
      let manifest = try await service.store.publishSnapshot()
      let after = try await service.send(
        Ask(.contentHead, token: token).with(.ifNoneMatch, try #require(before.headers["etag"])))
      #expect(after.status == 200)
      #expect(try after.decoded(as: ContentHead.self).snapshot == "/v1/content/snapshots/\(manifest.id)")
    }
  }
}
