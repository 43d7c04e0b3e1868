import Foundation
import GRDB
import StorylineModels
import StorylineSQLite
import Testing

@testable import StorylineStore

@Suite struct OpeningTests {
  @Test(arguments: StoreKind.allCases)
  func `edge case 14: a commit that returned is on the disk: synchronous reads back FULL after opening`(kind: StoreKind)
    throws
  {
    let test = try TestStore(kind)
    let level = try test.writer.writeWithoutTransaction { try Int.fetchOne($0, sql: "PRAGMA synchronous") }
    #expect(level == 2)
  }

  @Test(arguments: [
    ("trusted_schema", 0), ("cell_size_check", 1), ("mmap_size", 0), ("temp_store", 2), ("foreign_keys", 1),
    ("busy_timeout", 5000), ("journal_size_limit", 67_108_864), ("wal_autocheckpoint", 1000),
  ])
  func `the writer has the settings that were decided on`(pragma: String, expected: Int) throws {
    let test = try TestStore(.wal)
    let value = try test.writer.writeWithoutTransaction { try Int.fetchOne($0, sql: "PRAGMA \(pragma)") }
    // Where memory mapping is compiled out, its pragma answers nothing.
    #expect(value ?? 0 == expected)
  }

  @Test func `readers wait for a busy database as the writer does`() throws {
    let test = try TestStore(.wal)
    let timeout = try test.writer.read { try Int.fetchOne($0, sql: "PRAGMA busy_timeout") }
    #expect(timeout ?? 0 >= 5000)
  }

  @Test func `a second opening is refused while the first is held, and works after it was closed`() throws {
    let test = try TestStore(.wal)
    let path = test.directory.file("store.sqlite")
    #expect(throws: StoreError.locked(path: path + ".lock")) {
      try StoryStore.open(at: path, options: test.options)
    }
    try test.store.close()
    let second = try StoryStore.open(at: path, options: test.options)
    try second.close()
  }

  @Test func `a lock that is given up is free although a program that is being started still shares it`() throws {
    let directory = try TestDirectory()
    let path = directory.file("file.lock")
    let lock = try FileLock(path: path)
    let descriptors = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").compactMap { Int32($0) }
    let descriptor = try #require(
      descriptors.first { (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\($0)")) == path })
    // What a fork does to it, until the child runs its own program.
    let shared = fcntl(descriptor, F_DUPFD_CLOEXEC, 0)
    defer { close(shared) }
    #expect(throws: SQLiteFailure.self) { try FileLock(path: path) }
    lock.release()
    try FileLock(path: path).release()
  }

  @Test func `another process cannot take the lock while the store is open`() throws {
    let test = try TestStore(.wal)
    let lock = test.directory.file("store.sqlite.lock")
    #expect(try run("flock", "--nonblock", lock, "true") == 1)
    try test.store.close()
    #expect(try run("flock", "--nonblock", lock, "true") == 0)
  }

  @Test func `a store is refused while another process holds the lock`() throws {
    let directory = try TestDirectory()
    let path = directory.file("store.sqlite")
    let holder = Process()
    let (input, output) = (Pipe(), Pipe())
    holder.executableURL = URL(filePath: "/usr/bin/env")
    holder.arguments = ["flock", "--exclusive", path + ".lock", "sh", "-c", "echo held; read line"]
    holder.standardInput = input
    holder.standardOutput = output
    try holder.run()
    #expect(String(decoding: output.fileHandleForReading.availableData, as: UTF8.self) == "held\n")
    #expect(throws: StoreError.locked(path: path + ".lock")) {
      try StoryStore.open(at: path, options: StoreOptions(pepper: .random()))
    }
    try input.fileHandleForWriting.close()
    holder.waitUntilExit()
    let store = try StoryStore.open(at: path, options: StoreOptions(pepper: .random()))
    try store.close()
  }

  @Test func `closing folds the log into the file, and what was stored is there again`() async throws {
    let test = try TestStore(.wal)
    let path = test.directory.file("store.sqlite")
    try await test.publish([Samples.story, Samples.actor("aland")])
    let head = try await test.store.contentHead()
    try test.store.close()
    for file in ["-wal", "-shm"] { #expect(!FileManager.default.fileExists(atPath: path + file), "\(file)") }
    let second = try StoryStore.open(at: path, options: test.options)
    #expect(try await second.contentHead() == head)
    #expect(try await second.storyID() == "sample-story")
    try second.close()
  }

  /// A connection that reads is given back a moment after its read has returned, and would be closed after the writer;
  /// it cannot remove the log.
  @Test func `closing right behind many reads leaves no log behind`() async throws {
    for round in 0..<20 {
      let test = try TestStore(.wal)
      let path = test.directory.file("store.sqlite")
      try await test.publish([Samples.story])
      try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<8 { group.addTask { _ = try await test.store.contentHead() } }
        try await group.waitForAll()
      }
      try test.store.close()
      for file in ["-wal", "-shm"] {
        #expect(!FileManager.default.fileExists(atPath: path + file), "round \(round): \(file)")
      }
    }
  }

  @Test func `all files of the store can be read by their owner only`() async throws {
    let test = try TestStore(.wal)
    try await test.publish([Samples.story])
    let names = try FileManager.default.contentsOfDirectory(atPath: test.directory.path).sorted()
    #expect(
      names == [
        "store.sqlite", "store.sqlite-shm", "store.sqlite-wal", "store.sqlite.fingerprint", "store.sqlite.lock",
      ])
    for name in names {
      let attributes = try FileManager.default.attributesOfItem(atPath: test.directory.file(name))
      #expect(attributes[.posixPermissions] as? Int == 0o600, "\(name)")
    }
  }

  @Test(arguments: StoreKind.allCases)
  func `a closed store says so`(kind: StoreKind) async throws {
    let test = try TestStore(kind)
    let reader = try await test.newReader()
    try test.store.close()
    await #expect(throws: StoreError.closed) { try await test.store.contentHead() }
    await #expect(throws: StoreError.closed) { try await test.store.probe() }
    await #expect(throws: StoreError.closed) {
      try await test.store.sync(Samples.push([Samples.mutation(1)]), for: reader)
    }
  }

  @Test(arguments: StoreKind.allCases)
  func `a store that can write is ready`(kind: StoreKind) async throws {
    try await TestStore(kind).store.probe()
  }

  /// The exit status of a command.
  private func run(_ arguments: String...) throws -> Int32 {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = arguments
    try process.run()
    process.waitUntilExit()
    return process.terminationStatus
  }
}
