import Foundation
import StorylineModels
import StorylineStore

/// Devices push ten marks each; every answer comes after the marks are on the disk.
struct PushBench {
  static let marksPerPush = 10
  let scale: Scale

  func run() async throws {
    for devices in [1, 64] { try await run(devices: devices) }
  }

  private func run(devices: Int) async throws {
    try await Workplace.with { workplace in
      let store = try StoryStore.open(
        at: workplace.path + "/store.sqlite", options: StoreOptions(pepper: .random()))
      let report = Report(title: "Durable pushes of \(Self.marksPerPush) marks, \(devices) device(s)", unit: "pushes/s")
      report.heading()
      let ours = try await pushes(devices: devices, to: store, in: workplace)
      report.row("storylined", ours.perSecond, latencyNote(ours))
      let bare = try await bareAnswers(devices: devices, in: workplace)
      report.row("bare route that stores nothing", bare.perSecond)
      let raw = try RawSQLite(path: workplace.path + "/raw.sqlite")
      let baseline = try raw.transactionsPerSecond(rows: Self.marksPerPush, for: scale.duration)
      report.row("raw SQLite, one such transaction after another", baseline)
      report.ratio("storylined of raw SQLite", ours: ours.perSecond, baseline: baseline)
      try store.close()
    }
  }

  private func pushes(devices: Int, to store: StoryStore, in workplace: Workplace) async throws -> LoadResult {
    let result = Box<LoadResult>()
    let scale = scale
    try await servingStory(store, in: workplace) { port in
      try await withHTTPClient(trusting: workplace) { client in
        await result.set(
          try await load(
            workers: devices, for: scale.duration,
            prepare: { Device(token: try await enrol(in: store).accessToken, node: UInt64($0) + 1) }
          ) { device in
            let body = try device.nextPush()
            let answer = try await fetch(
              "https://localhost:\(port)\(Route.librarySync.path)", token: device.token, body: body, client: client)
            try device.take(answer)
            return answer.count
          })
      }
    }
    return try await result.value()
  }

  private func bareAnswers(devices: Int, in workplace: Workplace) async throws -> LoadResult {
    let result = Box<LoadResult>()
    let scale = scale
    let answer = try StorylineJSON.encode(
      LibrarySyncResponse(
        now: .wallClock(), epoch: Epoch(rawValue: "bench"),
        results: (1...Self.marksPerPush).map { MutationResult(m: $0, status: .applied) }, changes: [],
        cursor: Cursor(rawValue: String(repeating: "x", count: 60)), more: false))
    try await servingBare(answer: answer, in: workplace) { port in
      try await withHTTPClient(trusting: workplace) { client in
        await result.set(
          try await load(workers: devices, for: scale.duration, prepare: { _ in 0 }) { _ in
            try await fetch("https://localhost:\(port)/bare", client: client).count
          })
      }
    }
    return try await result.value()
  }
}

/// One device that marks articles as read, ten at a time.
struct Device: Sendable {
  let token: String
  let node: UInt64
  private var cursor: Cursor?
  private var pushed = 0

  init(token: String, node: UInt64) {
    self.token = token
    self.node = node
  }

  mutating func nextPush() throws -> Data {
    let now = UInt64(Timestamp.wallClock().milliseconds)
    let mutations = (1...PushBench.marksPerPush).map { m in
      pushed += 1
      return Mutation(
        m: m, kind: .read, id: "article-\(pushed % 2_000)",
        stamp: Stamp(physical: now, counter: UInt16(m), node: node).description, payload: #"{"read":true}"#)
    }
    return try StorylineJSON.encode(LibrarySyncRequest(after: cursor, limit: 100, mutations: mutations))
  }

  mutating func take(_ answer: Data) throws {
    let response = try StorylineJSON.decode(LibrarySyncResponse.self, from: answer)
    guard response.results.allSatisfy({ $0.status == .applied }) else {
      throw BenchError("a mark was not stored: \(response.results)")
    }
    cursor = response.cursor
  }
}
