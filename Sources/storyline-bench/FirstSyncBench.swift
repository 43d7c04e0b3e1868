import Foundation
import StorylineClient
import StorylineClientNIO
import StorylineModels
import StorylineStore

/// A device without anything fetches the whole story.
struct FirstSyncBench {
  let articles: Int
  let scale: Scale

  func run() async throws {
    try await Workplace.with { workplace in
      let store = try StoryStore.open(
        at: workplace.path + "/store.sqlite", options: StoreOptions(pepper: .random()))
      try await SyntheticStory.publish(articles, in: store)
      let token = try await enrol(in: store).accessToken
      let report = Report(
        title: "First sync of \(articles) articles, \(scale.connections) devices at once", unit: "pages/s")
      report.heading()
      let sample = try await store.contentPage(after: .start).body
      let ours = try await pages(of: store, token: token, in: workplace)
      report.row("storylined", ours.perSecond, "\(megabytes(ours.bytesPerSecond)), \(latencyNote(ours))")
      let baseline = try await bare(sample, in: workplace)
      report.row("bare route, the same bytes", baseline.perSecond, megabytes(baseline.bytesPerSecond))
      report.ratio("storylined of bare, by bytes", ours: ours.bytesPerSecond, baseline: baseline.bytesPerSecond)
      try await wholeClient(store, in: workplace)
      try store.close()
    }
  }

  private func pages(of store: StoryStore, token: String, in workplace: Workplace) async throws -> LoadResult {
    let result = Box<LoadResult>()
    let scale = scale
    try await servingStory(store, in: workplace) { port in
      try await withHTTPClient(trusting: workplace) { client in
        await result.set(
          try await load(workers: scale.connections, for: scale.duration, prepare: { _ in Cursor.start }) { cursor in
            let url = "https://localhost:\(port)\(Route.contentChanges.path)?after=\(cursor)"
            let data = try await fetch(url, token: token, client: client)
            cursor = try nextCursor(in: data)
            return data.count
          })
      }
    }
    return try await result.value()
  }

  private func bare(_ answer: Data, in workplace: Workplace) async throws -> LoadResult {
    let result = Box<LoadResult>()
    let scale = scale
    try await servingBare(answer: answer, in: workplace) { port in
      try await withHTTPClient(trusting: workplace) { client in
        await result.set(
          try await load(workers: scale.connections, for: scale.duration, prepare: { _ in 0 }) { _ in
            let data = try await fetch("https://localhost:\(port)/bare", client: client)
            // The same look into the answer that a walk along the pages needs.
            _ = try nextCursor(in: data)
            return data.count
          })
      }
    }
    return try await result.value()
  }

  /// The engine with its replica on disk, beside the mere inserts of the same rows into a SQLite file.
  private func wholeClient(_ store: StoryStore, in workplace: Workplace) async throws {
    let report = Report(title: "… the whole client: engine and replica on disk", unit: "s")
    report.heading()
    let elapsed = Box<Double>()
    try await servingStory(store, in: workplace) { port in
      let server = "https://localhost:\(port)"
      let trust = ServerTrust.authority(pem: try String(contentsOfFile: workplace.authority, encoding: .utf8))
      let transport = try NIOTransport(server: server, trust: trust)
      let enrolment = try await enrol(in: store)
      let replica = try Replica.open(at: workplace.path + "/replica.sqlite")
      let engine = SyncEngine(
        replica: replica,
        credentials: Credentials(
          server: server, trust: trust, accessToken: enrolment.accessToken, accountID: enrolment.reader.description,
          deviceID: enrolment.device.description, scope: ""),
        transport: transport)
      await elapsed.set(try await seconds { _ = try await engine.sync() })
      try replica.close()
      try await transport.shutdown()
    }
    let ours = try await elapsed.value()
    report.row("sync of \(articles) articles", ours, String(format: "%.0f articles/s", Double(articles) / ours))
    let records = try await store.contentRecords()
    let raw = try RawSQLite(path: workplace.path + "/raw.sqlite")
    let baseline = try await seconds { try raw.insertBodies(records) }
    report.row("raw insert of the same rows", baseline)
    report.ratio("sync time of raw insert", ours: ours, baseline: baseline)
  }
}

/// The cursor of a page, found without decoding the page: it stands in the head, before the rows.
func nextCursor(in page: Data) throws -> Cursor {
  let head = page.prefix(600)
  guard let start = head.firstRange(of: Data("\"cursor\":\"".utf8)),
    let end = head[start.upperBound...].firstIndex(of: UInt8(ascii: "\"")),
    let more = head.firstRange(of: Data("\"more\":".utf8))
  else { throw BenchError("a page without a cursor") }
  guard head[more.upperBound...].first == UInt8(ascii: "t") else { return .start }
  return Cursor(rawValue: String(decoding: head[start.upperBound..<end], as: UTF8.self))
}

/// A value that a closure leaves behind.
actor Box<Value: Sendable> {
  private var stored: Value?

  func set(_ value: Value) { stored = value }

  func value() throws -> Value {
    guard let stored else { throw BenchError("nothing was measured") }
    return stored
  }
}
