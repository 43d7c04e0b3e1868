import StorylineClient
import StorylineModels

/// A line on the terminal while a sync takes its time; nothing where no terminal is.
struct SyncProgress {
  var sink: TextSink
  var clock: any SyncClock
  var replica: Replica

  /// A sync shorter than this says nothing on its way.
  private static let patience = Duration.seconds(2)

  func show(_ sync: @escaping @Sendable () async throws -> SyncReport) async throws -> SyncReport {
    guard sink.isTerminal else { return try await sync() }
    let ticker = Task { try await tick() }
    let result: Result<SyncReport, any Error>
    do { result = .success(try await sync()) } catch { result = .failure(error) }
    ticker.cancel()
    // Only the line's own ending is of interest; that it was stopped is what we asked for.
    _ = await ticker.result
    return try result.get()
  }

  private func tick() async throws {
    try await clock.sleep(for: Self.patience)
    defer { try? sink.write("\r\u{1B}[K") }
    while !Task.isCancelled {
      let counts = try replica.status().counts.values.reduce(0, +)
      try sink.write("\r\u{1B}[KSyncing… \(PlainWords.count(counts, "record")) here")
      try await clock.sleep(for: .seconds(1))
    }
  }
}
