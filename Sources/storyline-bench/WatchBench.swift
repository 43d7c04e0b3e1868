import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import StorylineAdmin
import StorylineModels
import StorylineServer
import StorylineStore

/// From the moment at which an editor has saved an article to the one at which a live device has its words: the whole
/// service with its socket, “watch --apply” beside it, and a device that waits on a live connection.
struct WatchBench {
  let rounds: Int

  func run() async throws {
    try await Workplace.with { workplace in
      let folder = workplace.path + "/story"
      try FileManager.default.createDirectory(atPath: folder + "/articles", withIntermediateDirectories: true)
      try Data("id: bench\ntitle: A story\n".utf8).write(to: URL(fileURLWithPath: folder + "/story.yaml"))
      try Self.save(0, in: folder)
      let store = try StoryStore.open(
        at: workplace.path + "/watch.sqlite",
        options: StoreOptions(pepper: try Pepper.loadOrCreate(at: workplace.path + "/watch.sqlite.pepper")))
      let token = try await enrol(in: store).accessToken
      try store.close()
      let times = try await Self.serving(workplace) { port in
        try await Self.watching(folder, database: workplace.path + "/watch.sqlite") {
          let times = Box<[Double]>()
          try await withHTTPClient(trusting: workplace) { client in
            await times.set(try await measure(folder, "https://localhost:\(port)", token, client))
          }
          return try await times.value()
        }
      }
      let sorted = times.sorted()
      let report = Report(title: "From a saved article to a live device, \(rounds) saves", unit: "s")
      report.heading()
      report.row("median", sorted[sorted.count / 2], "goal: within a second")
      report.row("slowest", sorted.last ?? 0, "every save arrived")
    }
  }

  private func measure(_ folder: String, _ server: String, _ token: String, _ client: HTTPClient) async throws
    -> [Double]
  {
    var cursor = "start"
    // What the watch publishes at its start.
    (cursor, _) = try await Self.arrival(of: 0, after: cursor, server, token, client)
    var times: [Double] = []
    for number in 1...rounds {
      try Self.save(number, in: folder)
      let start = ContinuousClock.now
      let end: ContinuousClock.Instant
      (cursor, end) = try await Self.arrival(of: number, after: cursor, server, token, client)
      let taken = (end - start).components
      times.append(Double(taken.seconds) + Double(taken.attoseconds) / 1e18)
    }
    return times
  }

  /// Waits live until the words of a save are there; the cursor behind them, and when.
  private static func arrival(
    of number: Int, after: String, _ server: String, _ token: String, _ client: HTTPClient
  ) async throws -> (cursor: String, at: ContinuousClock.Instant) {
    var cursor = after
    while true {
      var request = HTTPClientRequest(
        url: "\(server)\(Route.live.path)?wait=25" + (cursor == "start" ? "" : "&content=\(cursor)"))
      request.headers.add(name: "authorization", value: "Bearer \(token)")
      request.headers.add(name: "accept", value: "application/json")
      let answer = try await client.execute(request, timeout: .seconds(60))
      _ = try await answer.body.collect(upTo: 1 << 20)
      var more = true
      while more {
        let page = try await fetch(
          "\(server)\(Route.contentChanges.path)?after=\(cursor)", token: token, client: client)
        if String(decoding: page, as: UTF8.self).contains(words(number)) {
          return (try ContentPage(parsing: page).cursor.description, .now)
        }
        let parsed = try ContentPage(parsing: page)
        (cursor, more) = (parsed.cursor.description, parsed.more)
      }
    }
  }

  private static func words(_ number: Int) -> String { "These are the words of save \(number)." }

  private static func save(_ number: Int, in folder: String) throws {
    let text = "---\nheadline: Saved\npublishedAt: \"2024-01-01T00:00:00Z\"\n---\n\n\(words(number))\n"
    try Data(text.utf8).write(to: URL(fileURLWithPath: folder + "/articles/saved-\(number % 2).md"))
  }

  /// The whole of `storylined`, on a free port, until `body` is done.
  private static func serving(
    _ workplace: Workplace, _ body: @escaping @Sendable (Int) async throws -> [Double]
  ) async throws -> [Double] {
    let (lines, continuation) = AsyncStream.makeStream(of: String.self)
    let service = Task {
      _ = await StorylinedCommand.run(
        arguments: [
          "--database-path", workplace.path + "/watch.sqlite", "--listen-port", "0", "--tls-certificate",
          workplace.certificate, "--tls-key", workplace.key, "--limits-requests-per-minute", "0", "--log-level",
          "error",
        ], environment: [:], output: { continuation.yield($0) }, errors: { continuation.yield($0) })
      continuation.finish()
    }
    for await line in lines {
      guard
        let port = line.split(separator: ":").last.flatMap({ Int($0.trimmingCharacters(in: .whitespacesAndNewlines)) })
      else { throw BenchError(line) }
      let times = try await body(port)
      // As it is stopped in life. A service that is cancelled is torn down with its connections, and says so.
      kill(getpid(), SIGTERM)
      _ = await service.value
      return times
    }
    throw BenchError("storylined ended")
  }

  private static func watching(
    _ folder: String, database: String, _ body: () async throws -> [Double]
  ) async throws -> [Double] {
    let watch = Task {
      _ = await AdminTool(console: Console { _, _ in }, environment: [:]).run(
        ["watch", folder, "--apply", "--note", "Saved again.", "--database", database])
    }
    let times = try await body()
    watch.cancel()
    _ = await watch.value
    return times
  }
}
