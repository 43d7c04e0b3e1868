import Foundation
import StorylineModels
import StorylineStore
import StorylineTestSupport
import Testing

@testable import StorylineClient

struct StaleCacheTests {
  /// A first page from now says where the log stands; the last one, out of a cache, ends before that. What the first
  /// page left out because it had been changed since is nowhere then.
  @Test func `a walk that a cache ends too early goes on`() async throws {
    var limits = ServiceLimits()
    limits.pageRows = 3
    let world = try await World(limits: limits)
    try await world.publish(Sample.story, Sample.source)
    for (number, id) in ["a1", "a2", "a3"].enumerated() {
      try await world.publish(Sample.article(Identifier(id), "Number \(number)"))
    }
    let cache = CachingTransport(world.transport)
    _ = try await world.engine(try world.replica(node: 2), cache).sync()
    let first = Route.contentChanges.path + "?after=start"
    #expect(cache.forget(first))
    try await world.publish(Sample.article("a4", "Number 4"), remove: .init(kind: .article, id: "a1", reason: "error"))
    let replica = try world.replica(node: 1)
    _ = try await world.engine(replica, cache).sync()
    #expect(cache.used > 0)
    #expect(Set(try replica.articles().map(\.id)) == ["a2", "a3", "a4"])
    let cursor = try replica.storage.read { try StreamRow.fetch(.content, in: $0) }.cursor
    #expect(cursor == (try await world.store.contentHead().cursor))
  }
}

/// Keeps every page of content, and answers with what it keeps.
private final class CachingTransport: HTTPTransport, @unchecked Sendable {
  private let inner: any HTTPTransport
  private let lock = NSLock()
  // Guarded by `lock`.
  private var kept: [String: TransportResponse] = [:]
  private var uses = 0

  init(_ inner: any HTTPTransport) { self.inner = inner }

  var used: Int { lock.withLock { uses } }

  /// Whether there was anything to forget.
  func forget(_ path: String) -> Bool { lock.withLock { kept.removeValue(forKey: path) != nil } }

  func send(_ request: TransportRequest) async throws -> TransportResponse {
    if let answer = lock.withLock({ kept[request.path] }) {
      lock.withLock { uses += 1 }
      return answer
    }
    let answer = try await inner.send(request)
    if request.path.hasPrefix(Route.contentChanges.path), answer.status == 200 {
      lock.withLock { kept[request.path] = answer }
    }
    return answer
  }
}
