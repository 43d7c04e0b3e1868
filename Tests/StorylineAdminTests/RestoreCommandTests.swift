import Foundation
import StorylineModels
import StorylineStore
import Testing

@testable import StorylineAdmin

/// `backup` and `restore` as an operator uses them.
@Suite struct RestoreCommandTests {
  @Test func `a backup is made while the store is open, and put back when it is not`() async throws {
    let desk = try Desk(Town.files)
    #expect(await desk.run("apply", "@/town").code == 0)
    let store = try desk.store()
    let backup = await desk.run("backup", "--to", "@/backup")
    #expect(backup.code == 0, "\(backup.err)")
    #expect(backup.out.contains("content up to commit 1"))
    #expect(try desk.mode("backup") == 0o600)
    let cursor = try await store.contentHead().cursor
    let published = try await store.contentRecords().count
    let busy = await desk.run("restore", "--from", "@/backup")
    #expect(busy.code == 1 && busy.err.contains("stop it"))
    try store.close()
    let restore = await desk.run("restore", "--from", "@/backup")
    #expect(restore.code == 0, "\(restore.err)")
    #expect(
      restore.out.contains("kept the file that was there as \(desk.database).before-restore-20241204T120000.000Z"))
    #expect(try await desk.published().count == published)
    let restored = try desk.store()
    await #expect(throws: StoreError.self) { try await restored.contentPage(after: cursor) }
    try restored.close()
  }

  @Test func `both print JSON`() async throws {
    let desk = try Desk(Town.files)
    #expect(await desk.run("apply", "@/town").code == 0)
    let backup = try await desk.run("backup", "--to", "@/backup", "--json").json()
    #expect(Set(backup.keys) == ["path", "bytes", "contentSeq"])
    let restore = try await desk.run("restore", "--from", "@/backup", "--json").json()
    #expect(Set(restore.keys) == ["path", "kept", "contentSeq", "erasuresRepeated"])
    #expect(restore["contentSeq"] == .integer(1) && restore["erasuresRepeated"] == .integer(0))
  }

  @Test func `what is not there is said, and nothing is made`() async throws {
    let desk = try Desk()
    let backup = await desk.run("backup", "--to", "@/backup")
    #expect(backup.code == 1 && backup.err.contains("no such file"))
    let restore = await desk.run("restore", "--from", "@/backup")
    #expect(restore.code == 1 && restore.err.contains("no such file"))
    #expect(!desk.exists("storyline.sqlite") && !desk.exists("backup"))
  }
}
