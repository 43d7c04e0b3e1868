import Foundation
import StorylineClient
import StorylineClientNIO
import StorylineModels
import StorylineTestSupport
import Testing

/// What was acknowledged is there after the server was killed in the middle of its work.
@Suite(.serialized) struct KillTests {
  @Test func `every acknowledged mark survives kill -9 of the server, and none is doubled`() async throws {
    let seed = UInt64(20_261_123)
    var random = SeededGenerator(seed: seed)
    let scratch = try Scratch()
    let invite = try LiveService.invite(in: scratch)
    var service = try await LiveService.start(in: scratch)
    let opening = try service.transport()
    let token = try await Enroller(transport: opening).redeem(
      invite: invite, deviceName: nil, requestID: UUID().uuidString
    ).accessToken
    try await opening.shutdown()

    let acknowledged = AcknowledgedMarks()
    for round in 0..<KillRounds.count {
      let port = service.port
      let transport = try service.transport()
      await acknowledged.beginRound()
      let pushing = Task { await Self.push(round: round, token: token, over: transport, into: acknowledged) }
      let before = await acknowledged.count
      // Somewhere in the middle: after a number of acknowledgements, not after a time.
      let target = before + Int.random(in: 1...40, using: &random)
      await acknowledged.wait(for: target)
      service.program.kill()
      await pushing.value
      try await transport.shutdown()
      service = try await LiveService.start(in: scratch, port: port)
    }
    let stored = try await Self.library(token: token, over: service)
    let marks = await acknowledged.marks
    #expect(marks.count >= KillRounds.count, "seed \(seed)")
    let keys = stored.map(\.key)
    #expect(Set(keys).count == keys.count, "seed \(seed)")
    let stamps = Dictionary(stored.map { ($0.id, $0.stamp) }, uniquingKeysWith: { first, _ in first })
    for (id, stamp) in marks { #expect(stamps[id] == stamp, "seed \(seed): \(id) is missing") }
    #expect(service.program.terminate() == 0)
    #expect(try KillRounds.integrity(of: scratch.file("storyline.sqlite"), in: scratch) == "ok", "seed \(seed)")
  }

  /// Pushes marks of its own, one request after another, until the connection breaks.
  private static func push(
    round: Int, token: String, over transport: any HTTPTransport, into acknowledged: AcknowledgedMarks
  ) async {
    await withTaskGroup(of: Void.self) { group in
      for worker in 0..<4 {
        group.addTask {
          for number in 0..<100_000 {
            let id = "r\(round)-w\(worker)-n\(number)"
            let stamp = Stamp(
              physical: UInt64(Timestamp.wallClock().milliseconds), counter: UInt16(number % 65_536), node: 7)
            let request = LibrarySyncRequest(
              after: nil, limit: 1,
              mutations: [Mutation(m: 1, kind: .read, id: id, stamp: stamp.description, payload: #"{"read":true}"#)])
            guard
              let body = try? StorylineJSON.encode(request),
              let reply = try? await transport.send(
                TransportRequest(
                  method: .post, path: Route.librarySync.path,
                  headers: [
                    .init("authorization", "Bearer \(token)"), .init("content-type", "application/json"),
                  ], body: body)),
              reply.status == 200,
              let response = try? StorylineJSON.decode(LibrarySyncResponse.self, from: reply.body),
              response.results.first?.status == .applied
            else { return }
            await acknowledged.add(id, stamp)
          }
        }
      }
    }
    await acknowledged.endRound()
  }

  private static func library(token: String, over service: LiveService) async throws -> [LibraryRecord] {
    let transport = try service.transport()
    var records: [LibraryRecord] = []
    var cursor: Cursor?
    while true {
      let query = cursor.map { "?after=\($0)" } ?? ""
      let reply = try await transport.send(
        TransportRequest(
          method: .get, path: Route.libraryChanges.path + query, headers: [.init("authorization", "Bearer \(token)")]))
      let page = try StorylineJSON.decode(LibraryPage.self, from: reply.body)
      records += page.changes
      cursor = page.cursor
      if !page.more { break }
    }
    try await transport.shutdown()
    return records
  }
}

/// How much killing one run does, and what the files must say afterwards.
enum KillRounds {
  /// A few in every run of the tests, 500 in `make crash`.
  static let count = ProcessInfo.processInfo.environment["STORYLINE_KILL_ROUNDS"].flatMap(Int.init) ?? 12

  /// What SQLite finds when it looks at every page of a file.
  static func integrity(of database: String, in scratch: Scratch) throws -> String {
    let check =
      "import sqlite3, sys; print(sqlite3.connect(sys.argv[1]).execute('PRAGMA integrity_check').fetchone()[0])"
    let result = try Program.run(
      URL(fileURLWithPath: "/usr/bin/python3"), ["-c", check, database], logsIn: scratch.url)
    return result.output.trimmingCharacters(in: .whitespacesAndNewlines) + result.errors
  }
}

/// What the server has said it stored, kept outside of it.
private actor AcknowledgedMarks {
  private(set) var marks: [String: Stamp] = [:]
  private var isOver = false
  private var waiting: (count: Int, continuation: CheckedContinuation<Void, Never>)?

  var count: Int { marks.count }

  func add(_ id: String, _ stamp: Stamp) {
    marks[id] = stamp
    if let waiting, marks.count >= waiting.count { wake() }
  }

  func wait(for count: Int) async {
    guard marks.count < count, !isOver else { return }
    await withCheckedContinuation { waiting = (count, $0) }
  }

  func beginRound() { isOver = false }

  /// Nothing more will come: whoever waits for more must not wait for ever.
  func endRound() {
    isOver = true
    wake()
  }

  private func wake() {
    waiting?.continuation.resume()
    waiting = nil
  }
}
