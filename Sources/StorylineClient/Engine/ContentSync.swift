import StorylineModels

/// Pulls content until the end: a snapshot if there is no place to go on from, then pages.
struct ContentSync {
  private static let restartLimit = 2
  private static let dropLimit = 20

  let replica: Replica
  let clock: any SyncClock
  let random: @Sendable () -> UInt64
  let partChunk: Int
  let mutants: Set<ClientMutant>
  let observe: SyncObserver
  private var restarts = 0
  private var drops = 0
  private var droppedCursor = false
  /// Whether this server has no snapshot that could be used.
  private var isWalking = false
  /// Where the server that refused our cursor says that a snapshot is.
  private var snapshotAddress: String?

  init(
    replica: Replica, clock: any SyncClock, random: @escaping @Sendable () -> UInt64, partChunk: Int,
    mutants: Set<ClientMutant> = [], observe: @escaping SyncObserver
  ) {
    self.replica = replica
    self.clock = clock
    self.random = random
    self.partChunk = partChunk
    self.mutants = mutants
    self.observe = observe
  }

  mutating func run(_ courier: inout Courier, _ report: inout SyncReport) async throws {
    var isDone = false
    while !isDone {
      let stream = try replica.storage.read { try StreamRow.fetch(.content, in: $0) }
      if stream.cursor == nil, !isWalking {
        try await bootstrap(&courier, &report)
        continue
      }
      let after = stream.cursor ?? .start
      let answer = try await courier.send(.contentChanges, query: [("after", after.rawValue)]) { response in
        try Self.page(of: response, after: after, epoch: stream.cursor == nil ? nil : stream.epoch)
      }
      switch answer {
      case .success(let page, _, _):
        switch try await ending(of: stream, with: page, &courier) {
        case .lost(let problem): try await restart(after: stream, problem)
        case .open: _ = try await apply(page, &report)
        case .whole: isDone = try await apply(page, &report)
        }
      case .refused(let problem, _): try await restart(after: stream, problem)
      }
    }
  }

  private mutating func bootstrap(_ courier: inout Courier, _ report: inout SyncReport) async throws {
    var snapshot = SnapshotSync(
      replica: replica, clock: clock, random: random, partChunk: partChunk, address: snapshotAddress,
      observe: observe)
    snapshotAddress = nil
    isWalking = try await !snapshot.run(&courier, &report)
  }

  /// What can be said of a walk that a page is about to end.
  private enum Ending {
    case whole
    /// The log was seen to stand elsewhere: a cache may have answered with an end from before that.
    case open
    /// The walk is not of one history.
    case lost(Problem)
  }

  /// Every place where the log stood during the walk must lie in the history that it ends in (docs/decisions/0023).
  /// Followed from there to the end: whatever a cache answers on the way, the last request is the server's own.
  private func ending(
    of stream: StreamRow, with page: ContentPage, _ courier: inout Courier
  ) async throws -> Ending {
    var end = page.cursor
    guard !page.more else { return .whole }
    for head in stream.heads where head != page.cursor {
      var place = head
      var isAtEnd = false
      while !isAtEnd {
        let answer = try await courier.send(.contentChanges, query: [("after", place.rawValue)]) { response in
          try Self.page(of: response, after: place, epoch: stream.epoch)
        }
        switch answer {
        case .success(let page, _, _): (place, isAtEnd) = (page.cursor, !page.more)
        case .refused(let problem, _): return .lost(problem)
        }
      }
      end = place
    }
    return end == page.cursor ? .whole : .open
  }

  /// Reads a page and makes sure that it answers this request: portals and caches answer others (edge cases 19–22).
  private static func page(of response: TransportResponse, after: Cursor, epoch: Epoch?) throws -> ContentPage {
    let page = try ContentPage(parsing: response.json())
    guard page.after == after else { throw DamagedReply(why: "a page that answers another cursor") }
    guard !page.more || page.cursor != after else { throw DamagedReply(why: "a page that leads to itself") }
    guard epoch == nil || page.epoch == epoch else { throw DamagedReply(why: "a page of another history") }
    return page
  }

  /// Whether the end was reached.
  private mutating func apply(_ page: ContentPage, _ report: inout SyncReport) async throws -> Bool {
    let operation = ApplyContentPage(page: page, wall: clock.now(), mutants: mutants)
    if mutants.contains(.movesCursorFirst) { try await moveCursor(to: page) }
    let outcome = try await replica.storage.writeAsync { try operation.run(in: $0) }
    report.contentChanged += outcome.changed
    report.contentSwept += outcome.swept
    await observe(.pageApplied(more: page.more))
    guard outcome.dropped else { return !page.more }
    // Another process was here meanwhile: go on from where it got to.
    drops += 1
    guard drops <= Self.dropLimit else { throw SyncError.wait(seconds: 1) }
    return false
  }

  /// A broken rule: see `ClientMutant.movesCursorFirst`.
  private func moveCursor(to page: ContentPage) async throws {
    try await replica.storage.writeAsync { db in
      var stream = try StreamRow.fetch(.content, in: db)
      stream.cursor = page.cursor
      try stream.save(in: db)
    }
  }

  private mutating func restart(after stream: StreamRow, _ problem: Problem) async throws {
    switch problem.code {
    case .cursorExpired, .epochChanged:
      // A cache that keeps answering from before the change will have forgotten it in a while.
      guard restarts < Self.restartLimit else { throw SyncError.wait(seconds: 300) }
      restarts += 1
      snapshotAddress = problem.snapshot
      isWalking = false
    case .cursorInvalid where stream.cursor != nil && !droppedCursor:
      droppedCursor = true
    default:
      throw SyncError.problem(problem)
    }
    let operation = RestartContent(refused: stream.cursor, isOtherHistory: problem.code != .cursorExpired)
    try await replica.storage.writeAsync { try operation.run(in: $0) }
    await observe(.historyChanged)
  }
}
