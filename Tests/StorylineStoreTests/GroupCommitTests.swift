import Foundation
import GRDB
import StorylineModels
import StorylineSQLite
import Testing

@testable import StorylineStore

/// Waiting writes share a transaction, and an answer never comes before the commit that holds its write.
@Suite(.timeLimit(.minutes(2))) struct GroupCommitTests {
  private static let count = 20

  @Test(arguments: StoreKind.allCases)
  func `writes that wait share one transaction, and one that fails undoes itself alone`(kind: StoreKind) async throws {
    let (test, group, commits) = try await prepare(kind)
    let results = try await together(test, group) { number, db in
      try db.execute(sql: "INSERT INTO probe VALUES (?)", arguments: [number])
      if number == 7 { throw StoreError.malformed("seven") }
    }
    #expect(results.indices.filter { !results[$0] } == [7])
    #expect(commits.count == 1)
    let rows = try await test.writer.read { try Int.fetchAll($0, sql: "SELECT number FROM probe ORDER BY number") }
    #expect(rows == (0..<Self.count).filter { $0 != 7 })
  }

  @Test(arguments: StoreKind.allCases)
  func `when the commit fails nobody is told that a write was done`(kind: StoreKind) async throws {
    let (test, group, commits) = try await prepare(kind)
    commits.refuses = true
    let results = try await together(test, group) { number, db in
      try db.execute(sql: "INSERT INTO probe VALUES (?)", arguments: [number])
    }
    #expect(results.allSatisfy { !$0 })
    #expect(commits.count == 0)
    commits.refuses = false
    let left = try await test.writer.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM probe") }
    #expect(left == 0)
    // The next batch is none the worse for it.
    try await group.run { try $0.execute(sql: "INSERT INTO probe VALUES (1)") }
    #expect(commits.count == 1)
  }

  @Test func `who has the answer finds the write through another connection`() async throws {
    let (test, group, _) = try await prepare(.wal)
    try await withThrowingTaskGroup(of: Void.self) { tasks in
      for number in 0..<200 {
        tasks.addTask {
          try await group.run { try $0.execute(sql: "INSERT INTO probe VALUES (?)", arguments: [number]) }
          let found = try await test.store.database.read { db in
            try Int.fetchOne(db, sql: "SELECT number FROM probe WHERE number = ?", arguments: [number])
          }
          #expect(found == number)
        }
      }
      try await tasks.waitForAll()
    }
  }

  @Test(arguments: StoreKind.allCases)
  func `pushes and publications mix, and every history has each seq once`(kind: StoreKind) async throws {
    let test = try TestStore(kind)
    let readers = [try await test.newReader(), try await test.newReader(), try await test.newReader()]
    try await withThrowingTaskGroup(of: Void.self) { tasks in
      for number in 0..<15 {
        for reader in readers {
          tasks.addTask {
            let answer = try await test.store.sync(Samples.push([Samples.mutation(1, "a-\(number)")]), for: reader)
            #expect(answer.results.map(\.status) == [.applied])
          }
        }
        if number % 3 == 0 { tasks.addTask { try await test.publish([Samples.actor("b-\(number)")]) } }
      }
      try await tasks.waitForAll()
    }
    let log = try await test.writer.read { db in
      try Row.fetchAll(db, sql: "SELECT stream, seq FROM commit_log ORDER BY stream, seq").map {
        [$0["stream"] as Int64, $0["seq"] as Int64]
      }
    }
    let seqs = Dictionary(grouping: log, by: { $0[0] }).mapValues { $0.map { $0[1] } }
    #expect(seqs[EnsureInstance.contentStream] == Array(1...5))
    #expect(seqs.filter { $0.key != EnsureInstance.contentStream }.values.allSatisfy { $0 == Array(1...15) })
    #expect(seqs.count == 4)
  }

  private func prepare(_ kind: StoreKind) async throws -> (TestStore, GroupCommit, CommitCounter) {
    let test = try TestStore(kind)
    try await test.writer.write { try $0.execute(sql: "CREATE TABLE probe (number INTEGER)") }
    let counter = CommitCounter()
    test.writer.add(transactionObserver: counter, extent: .observerLifetime)
    return (test, GroupCommit(writer: test.writer), counter)
  }

  /// Runs writes that all wait before the first of them begins; whether each was answered as done.
  private func together(
    _ test: TestStore, _ group: GroupCommit, _ work: @escaping @Sendable (Int, Database) throws -> Void
  ) async throws -> [Bool] {
    let hold = await WriterHold(test.writer)
    return try await withThrowingTaskGroup(of: (Int, Bool).self) { tasks in
      for number in 0..<Self.count {
        tasks.addTask {
          do {
            try await group.run { db in try work(number, db) }
            return (number, true)
          } catch {
            return (number, false)
          }
        }
      }
      while group.waitingCount < Self.count { try await Task.sleep(for: .milliseconds(2)) }
      hold.release()
      var results = [Bool](repeating: false, count: Self.count)
      for try await (number, isDone) in tasks { results[number] = isDone }
      return results
    }
  }
}

/// Counts commits that changed something, or refuses them.
private final class CommitCounter: TransactionObserver, @unchecked Sendable {
  private let lock = NSLock()
  // Read and written under `lock` only; that is why the class may be shared.
  private var commits = 0
  private var isRefusing = false

  var count: Int { lock.withLock { commits } }
  var refuses: Bool {
    get { lock.withLock { isRefusing } }
    set { lock.withLock { isRefusing = newValue } }
  }

  func observes(eventsOfKind eventKind: DatabaseEventKind) -> Bool { true }
  func databaseDidChange(with event: DatabaseEvent) {}
  func databaseWillCommit() throws { if refuses { throw StoreError.diskFull } }
  func databaseDidCommit(_ db: Database) { lock.withLock { commits += 1 } }
  func databaseDidRollback(_ db: Database) {}
}
