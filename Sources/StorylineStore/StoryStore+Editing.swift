public import StorylineModels

extension StoryStore {
  /// The commits before `rev`, newest first, at most `limit` of them; all of them where `rev` is nil.
  public func commits(before rev: Int64? = nil, limit: Int) async throws -> [CommitSummary] {
    try await read { db in try ReadHistory.commits(before: rev ?? .max, limit: limit, in: db) }
  }

  /// What one commit did.
  ///
  /// - Throws: `StoreError.unknownCommit`.
  public func commit(_ rev: Int64) async throws -> CommitDetail {
    try await read { db in try ReadHistory.commit(rev, in: db) }
  }

  /// Records that are published now, in the order of kinds and ids: at most `rows` of them and, but for the first,
  /// at most `bytes` in all.
  public func recordPage(after place: RecordPage.Place?, rows: Int, bytes: Int) async throws -> RecordPage {
    let read = ReadRecords(after: (place?.kind.rawValue ?? "", place?.id ?? ""), rows: rows, bytes: bytes)
    return try await self.read { db in try read.run(in: db) }
  }

  /// What waits for its time, the next first.
  public func scheduledRecords() async throws -> [ScheduledRecord] {
    try await read { db in try ReadSchedule.all(in: db) }
  }

  /// When the next scheduled record is due; nil if none waits.
  public func nextScheduled() async throws -> Timestamp? {
    try await read { db in try ReadSchedule.next(in: db) }
  }

  /// Publishes what is due by now: all of one moment in one commit, or in several whole ones if it is too much for one.
  ///
  /// - Returns: the commits that were made; none if nothing is due.
  @discardableResult
  public func publishDue() async throws -> [PublishResult] {
    var results: [PublishResult] = []
    while true {
      let due = PublishDue(limits: options.limits, now: options.now(), tag: options.newTag(), random: options.random)
      do {
        guard let result = try await write({ db in try due.run(in: db) }) else { return results }
        results.append(result)
        if let cursor = result.cursor { noteContent(movedTo: try StreamHead(cursor)) }
      } catch {
        noteContentChange()
        throw error
      }
      await writeFingerprint()
    }
  }
}
