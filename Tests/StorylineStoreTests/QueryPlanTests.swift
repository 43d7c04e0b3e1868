import GRDB
import StorylineSQLite
import Testing

@testable import StorylineStore

@Suite struct QueryPlanTests {
  static let hotQueries: [(name: String, sql: String)] = [
    ("content stream", ReadStream.contentSQL), ("library stream", ReadStream.librarySQL),
    ("commit tag", CheckCursor.tagSQL), ("epoch reasons", ReadEpochNews.generationSQL),
    ("log trim", AppendCommit.trimSQL), ("content row", PlanPublication.rowSQL),
    ("content counter", PublishCommit.counterSQL), ("content upsert", PublishCommit.rowSQL),
    ("content page", ReadContentPage.sql), ("all content", ReadContent.recordsSQL), ("story", ReadContent.storySQL),
    ("library counter", PushMutations.counterSQL), ("library use", PushMutations.useSQL),
    ("library row", PushMutations.rowSQL), ("library upsert", PushMutations.upsertSQL),
    ("library page", ReadLibraryPage.sql), ("token", AuthenticateToken.sql), ("device", AuthenticateToken.touchSQL),
    ("any token", AuthenticateToken.anySQL), ("old tokens", TokenRow.forgetSQL), ("refresh token", RefreshRow.sql),
    ("refresh update", RefreshRow.updateSQL), ("device code", DeviceCodeRow.byCodeSQL),
    ("user code", DeviceCodeRow.byUserCodeSQL), ("old device codes", DeviceCodeRow.forgetSQL),
    ("devices", ReadDevices.sql), ("devices of anybody", ReadDevices.anySQL), ("owner", ReadDevices.ownerSQL),
    ("device's name", ReadDevices.renameSQL), ("device's tokens", EndDevice.tokensSQL),
    ("device's refresh token", EndDevice.refreshSQL), ("invite", RedeemInvite.inviteSQL),
    ("erased token", AuthenticateToken.erasedSQL),
    ("erased library", EraseLibrary.rowsSQL), ("what is left", EraseLibrary.leftSQL),
    ("forgotten tokens", EraseAccount.forgetTokensSQL), ("forgotten accounts", EraseAccount.forgetAccountsSQL),
    ("newest snapshot", ReadSnapshot.newestSQL),
    ("manifest", ReadSnapshot.manifestSQL), ("part size", ReadSnapshot.sizeSQL),
    ("part bytes", ReadSnapshot.bytesSQL), ("front story", ChooseFront.storySQL),
    ("front articles", ChooseFront.articlesSQL), ("recent facts", ChooseFront.recentSQL),
    ("named record", ChooseFront.recordSQL), ("month", BuildSnapshot.monthSQL),
    ("month's numbers", BuildSnapshot.numbersSQL), ("part's rows", BuildSnapshot.rowsSQL),
    ("part", SaveSnapshot.partSQL), ("rows behind", ReadSnapshotState.behindSQL),
    ("oldest snapshot", ReadSnapshotState.heldSQL), ("last take-down", SweepSnapshots.takenDownSQL),
    ("old tombstones", CollectTombstones.oldestSQL), ("tombstone removal", CollectTombstones.deleteSQL),
    ("floor", CollectTombstones.floorSQL), ("past version", KeepPast.keepSQL),
    ("forgotten words", KeepPast.forgetSQL), ("precondition", CheckPreconditions.sql),
    ("known request", EditorRequests.answerSQL), ("old requests", EditorRequests.forgetSQL),
    ("scheduled record", ScheduleRecords.rowSQL), ("unscheduled record", ScheduleRecords.forgetSQL),
    ("schedule", ReadSchedule.allSQL), ("what is due", ReadSchedule.dueSQL), ("next due", ReadSchedule.nextSQL),
    ("commits", ReadHistory.commitsSQL), ("commit", ReadHistory.commitSQL), ("made rows", ReadHistory.currentSQL),
    ("replaced rows", ReadHistory.replacedSQL), ("found rows", ReadHistory.foundSQL), ("records", ReadRecords.sql),
    ("image", ReadMedia.anySQL), ("published image", ReadMedia.publishedSQL), ("images", ReadMedia.pageSQL),
    ("image's piece", ReadMedia.pieceSQL), ("kept image", KeepMedia.mediaSQL), ("kept piece", KeepMedia.pieceSQL),
    ("known image", NoteMediaUse.knownSQL), ("image's use", NoteMediaUse.useSQL),
    ("images that wait", NoteMediaUse.unscheduleSQL), ("record's images", NoteMediaUse.namedSQL),
    ("forgotten images", NoteMediaUse.forgetSQL), ("used image", SweepMedia.usedSQL),
    ("image's pieces", SweepMedia.piecesSQL), ("removed image", SweepMedia.removeSQL),
  ]

  @Test(arguments: hotQueries.map(\.name))
  func `a query scans no table and sorts nothing`(name: String) async throws {
    let test = try TestStore()
    let sql = try #require(Self.hotQueries.first { $0.name == name }?.sql)
    let plan = try await test.writer.read { db in
      try Row.fetchAll(db, sql: "EXPLAIN QUERY PLAN " + sql, arguments: .init(Self.arguments(of: sql)))
        .map { $0["detail"] as String }
    }
    #expect(!plan.contains { $0.hasPrefix("SCAN") }, "\(plan)")
    #expect(!plan.contains { $0.contains("TEMP B-TREE") }, "\(plan)")
    #expect(!plan.isEmpty || sql.hasPrefix("INSERT"))
  }

  /// A value for every name in `sql`: for the plan it does not matter which.
  private static func arguments(of sql: String) -> [String: Int] {
    let names = sql.matches(of: /:([a-z_0-9]+)/).map { String($0.1) }
    return Dictionary(uniqueKeysWithValues: Set(names).map { ($0, 1) })
  }
}
