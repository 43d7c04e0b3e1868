import Foundation
import GRDB
import StorylineModels
import StorylineSQLite
import StorylineTestSupport
import Synchronization
import Testing

import struct StorylineModels.Cursor

@testable import StorylineStore

/// Where streams stand, out of memory, and who is told that they moved.
@Suite struct LiveTests {
  @Test(arguments: StoreKind.allCases) func `a device at both heads has no news`(_ kind: StoreKind) async throws {
    let test = try TestStore(kind)
    let reader = try await test.newReader()
    try await test.publish([.story(Story(id: "story", title: "A story"))])
    let heads = try await test.store.streamHeads(for: reader)
    #expect(try await test.store.news(content: heads.content, library: heads.library, for: reader).isNew == false)
    let pages = try await test.walk()
    #expect(pages.last?.cursor == heads.content)
    let library = try await test.store.libraryPage(after: nil, empty: true, limit: nil, for: reader)
    #expect(library.cursor == heads.library)
  }

  @Test func `a missing cursor, the first one and an old one are news`() async throws {
    let test = try TestStore()
    let reader = try await test.newReader()
    let old = try await test.store.streamHeads(for: reader)
    try await test.publish([.story(Story(id: "story", title: "A story"))])
    let head = try await test.store.streamHeads(for: reader)
    #expect(head.content != old.content && head.library == old.library)
    for cursor in [nil, .start, old.content] {
      let news = try await test.store.news(content: cursor, library: head.library, for: reader)
      #expect(news.isContentNew && !news.isLibraryNew && news.heads == head)
    }
    #expect(try await test.store.news(content: head.content, library: nil, for: reader).isLibraryNew)
  }

  @Test func `a cursor of another history is news, and one of another stream is refused`() async throws {
    let (test, other) = (try TestStore(), try TestStore())
    let reader = try await test.newReader()
    let heads = try await test.store.streamHeads(for: reader)
    var place = try CursorCodec.place(of: heads.library)
    place.epoch = Data(repeating: 7, count: 16)
    place.seq = 900
    let restored = CursorCodec.cursor(at: place)
    #expect(try await test.store.news(content: heads.content, library: restored, for: reader).isLibraryNew)
    let strangers = [
      heads.content, Cursor(rawValue: "broken"),
      try await other.store.streamHeads(for: try await other.newReader()).library,
    ]
    for stranger in strangers {
      await #expect(throws: StoreError.self) {
        try await test.store.news(content: heads.content, library: stranger, for: reader)
      }
    }
  }

  @Test func `the second question needs no database, and a commit is known without it`() async throws {
    let test = try TestStore()
    let reader = try await test.newReader()
    let statements = Mutex<[String]>([])
    let first = try await test.store.streamHeads(for: reader)
    try await test.writer.writeWithoutTransaction { db in
      db.trace { event in statements.withLock { $0.append("\(event)") } }
    }
    #expect(try await test.store.streamHeads(for: reader) == first)
    #expect(statements.withLock { $0 } == [])
    let answer = try await test.store.sync(Self.push(1), for: reader)
    statements.withLock { $0 = [] }
    #expect(try await test.store.streamHeads(for: reader).library == answer.cursor)
    #expect(statements.withLock { $0 } == [])
  }

  @Test(arguments: StoreKind.allCases) func `what is remembered is always what the database says`(
    _ kind: StoreKind
  ) async throws {
    let test = try TestStore(kind)
    let readers = [try await test.newReader(), try await test.newReader()]
    try await withThrowingTaskGroup(of: Void.self) { tasks in
      for writer in 0..<4 {
        tasks.addTask {
          for step in 0..<12 {
            let number = writer * 100 + step
            _ = try await test.store.sync(Self.push(number), for: readers[writer % 2])
            if step % 3 == 0 {
              let story = Story(id: "story", title: "Title \(number)")
              try await test.publish([.story(story)])
            }
            if step % 5 == 0 { test.store.noteLibraryChange(of: readers[writer % 2]) }
          }
        }
        tasks.addTask {
          for _ in 0..<40 { _ = try await test.store.streamHeads(for: readers[writer % 2]) }
        }
      }
      try await tasks.waitForAll()
    }
    for reader in readers {
      let heads = try await test.store.streamHeads(for: reader)
      let rows = try await test.store.database.read { db in
        (try ReadStream.content(in: db).headCursor, try ReadStream.library(of: reader, in: db).headCursor)
      }
      #expect(heads == StreamHeads(content: rows.0, library: rows.1))
    }
  }

  @Test func `who listens hears of a commit after it, and of no other reader`() async throws {
    let test = try TestStore()
    let (reader, other) = (try await test.newReader(), try await test.newReader())
    let (events, continuation) = AsyncStream.makeStream(of: ChangeBroadcaster.Event.self)
    var subscription: ChangeBroadcaster.Subscription? = test.store.changes.subscribe(
      reader: reader, device: .random()
    ) { continuation.yield($0) }
    _ = try await test.store.sync(Self.push(1), for: other)
    let answer = try await test.store.sync(Self.push(1), for: reader)
    var heard = events.makeAsyncIterator()
    #expect(await heard.next() == .libraryMoved)
    #expect(try await test.store.streamHeads(for: reader).library == answer.cursor)
    try await test.publish([.story(Story(id: "story", title: "A story"))])
    #expect(await heard.next() == .contentMoved)
    // The same again changes nothing, and nobody hears of it.
    _ = try await test.store.sync(Self.push(1), for: reader)
    #expect(subscription != nil)
    subscription = nil
    _ = try await test.store.sync(Self.push(2), for: reader)
    continuation.finish()
    #expect(await heard.next() == nil)
  }

  @Test func `a token is known without the database, until its access ends`() async throws {
    let test = try TestStore()
    let invite = try await test.store.createInvite(scope: Scope.reader, validFor: 60)
    let enrolment = try await test.store.redeem(
      InviteRedemption(invite: invite.text, requestID: UUID().uuidString))
    #expect(try await test.store.authenticate(token: enrolment.accessToken)?.device == enrolment.device)
    try await test.writer.write { try $0.execute(sql: "DELETE FROM token") }
    // For less than a minute, or until the store is told.
    #expect(try await test.store.authenticate(token: enrolment.accessToken)?.device == enrolment.device)
    test.store.endAccess(of: enrolment.reader, device: .random())
    #expect(try await test.store.authenticate(token: enrolment.accessToken)?.device == enrolment.device)
    test.store.endAccess(of: enrolment.reader, device: enrolment.device)
    #expect(try await test.store.authenticate(token: enrolment.accessToken) == nil)
  }

  @Test func `erasing a library or an account is heard of, and nothing of it stays in memory`() async throws {
    let test = try TestStore()
    let invite = try await test.store.createInvite(scope: Scope.reader, validFor: 60)
    let enrolment = try await test.store.redeem(
      InviteRedemption(invite: invite.text, requestID: UUID().uuidString))
    let before = try await test.store.streamHeads(for: enrolment.reader)
    #expect(try await test.store.authenticate(token: enrolment.accessToken) != nil)
    let (events, continuation) = AsyncStream.makeStream(of: ChangeBroadcaster.Event.self)
    let subscription = test.store.changes.subscribe(reader: enrolment.reader, device: enrolment.device) {
      continuation.yield($0)
    }
    var heard = events.makeAsyncIterator()
    try await test.store.eraseLibrary(of: enrolment.reader)
    #expect(await heard.next() == .libraryMoved)
    let after = try await test.store.streamHeads(for: enrolment.reader)
    #expect(after.library != before.library && after.content == before.content)
    try await test.store.markRestored()
    #expect(await heard.next() == .accessEnded)
    let restored = try await test.store.streamHeads(for: enrolment.reader)
    #expect(restored.library != after.library && restored.content != after.content)
    try await test.store.eraseAccount(of: enrolment.reader)
    #expect(await heard.next() == .accessEnded)
    await #expect(throws: StoreError.self) { try await test.store.authenticate(token: enrolment.accessToken) }
    await #expect(throws: StoreError.self) { try await test.store.streamHeads(for: enrolment.reader) }
    withExtendedLifetime(subscription) {}
  }

  @Test func `a remembered token grows old within a minute, and never outlives itself`() async throws {
    let test = try TestStore()
    let invite = try await test.store.createInvite(scope: Scope.reader, validFor: 60)
    let enrolment = try await test.store.redeem(
      InviteRedemption(invite: invite.text, requestID: UUID().uuidString))
    #expect(try await test.store.authenticate(token: enrolment.accessToken) != nil)
    try await test.writer.write { try $0.execute(sql: "DELETE FROM token") }
    test.clock.advance(milliseconds: TokenCache.maximumAge + 1)
    #expect(try await test.store.authenticate(token: enrolment.accessToken) == nil)

    let cache = TokenCache(capacity: 10)
    let now = test.clock.now()
    let principal = Principal(
      reader: enrolment.reader, device: enrolment.device, scope: Scope.reader,
      expiresAt: now.advanced(byMilliseconds: 1000))
    let digest = Data([1])
    cache.keep(principal, for: digest, now: now, generation: cache.lookUp(digest, now: now).generation)
    #expect(cache.lookUp(digest, now: now.advanced(byMilliseconds: 999)).principal == principal)
    #expect(cache.lookUp(digest, now: now.advanced(byMilliseconds: 1000)).principal == nil)
  }

  @Test func `an answer that was on its way when access ended is not remembered`() throws {
    let cache = TokenCache(capacity: 10)
    let now = Timestamp(milliseconds: 1_720_677_600_000)
    let principal = Principal(
      reader: .random(), device: .random(), scope: Scope.reader, expiresAt: now.advanced(byMilliseconds: 60_000))
    let digest = Data([1])
    let generation = cache.lookUp(digest, now: now).generation
    cache.forget(principal.reader, device: nil)
    cache.keep(principal, for: digest, now: now, generation: generation)
    #expect(cache.lookUp(digest, now: now).principal == nil)
  }

  @Test func `of many entries the ones used last stay`() {
    var entries = RecentEntries<Int, Int>(capacity: 10)
    for number in 0..<100 {
      entries.set(number, for: number)
      #expect(entries.use(0) == 0)
      #expect(entries.count <= 10)
    }
    #expect(entries.use(99) == 99)
    #expect(entries.use(50) == nil)
    entries.removeAll { $0 == 99 }
    #expect(entries.use(99) == nil && entries.use(0) == 0)
  }

  private static func push(_ number: Int) -> LibrarySyncRequest {
    LibrarySyncRequest(
      after: nil,
      mutations: [
        Mutation(
          m: 1, kind: .read, id: "article-\(number)", stamp: "0190a0000000-0000-9f2c4e1a77b0c3d2",
          payload: "{\"read\":true}")
      ])
  }
}
