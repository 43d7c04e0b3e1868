import Crypto
import Foundation
import Logging
import StorylineGzip
import StorylineModels
import StorylineServer
import StorylineStore
import StorylineTestSupport

/// A real service in this process that does what a document tells: its requests, and what happens meanwhile.
actor DocumentedService {
  struct Unknown: Error { let event: [String] }

  private let time = ManualTime()
  private let options: StoreOptions
  private let configuration: ServerConfiguration
  private var store: StoryStore
  private var service: InProcessService
  private var backup: (() throws -> StoryStore)?
  private var placeholders = Placeholders()
  private var answer: InProcessService.Answer?
  /// Bytes of a file that come in ranges.
  private var file = Data()

  init() throws {
    configuration = Self.configuration()
    var options = StoreOptions(
      pepper: try Pepper(bytes: Data(repeating: 7, count: 32)), limits: configuration.limits,
      now: { [time] in time.now })
    // The document goes on with one token for months.
    options.lives = .long
    self.options = options
    store = try .inMemory(options: options)
    service = Self.service(store, configuration, time)
  }

  func close() throws { try store.close() }

  /// What is wrong about a step; empty if nothing is.
  func perform(_ step: HTTPDocument.Step) async throws -> [String] {
    switch step.kind {
    case .request(let message):
      try await send(message)
      return []
    case .reply(let message): return try compare(message)
    case .rows(let lines): return try compareRows(lines)
    case .event(let words):
      try await happen(words)
      return []
    }
  }

  // MARK: Exchanges

  private func send(_ message: HTTPMessage) async throws {
    guard let method = Route.Method(rawValue: message.start[0]) else { throw Unknown(event: message.start) }
    var body = try placeholders.substituted(message.body)
    if message.header("content-type") == "application/x-www-form-urlencoded" {
      body = body.replacingOccurrences(of: "\n", with: "")
    }
    answer = try await service.respond(
      method: method, path: try placeholders.substituted(message.start[1]),
      headers: try message.headers.map { ($0.name, try placeholders.substituted($0.value)) },
      body: body.isEmpty ? nil : Data(body.utf8))
  }

  private func compare(_ message: HTTPMessage) throws -> [String] {
    guard let answer else { return ["a reply without a request"] }
    var faults: [String] = []
    if answer.status != message.status { faults.append("status \(answer.status)") }
    for (name, value) in message.headers {
      let actual = answer.headers[name] ?? "(none)"
      if try !placeholders.matches(value, actual) { faults.append("\(name): \(actual) and not \(value)") }
    }
    if answer.headers["content-type"]?.hasPrefix("application/gzip") == true {
      keep(answer)
      let size = "(\(answer.body.count) bytes)"
      if try !placeholders.matches(message.body, size) { faults.append("\(size) and not \(message.body)") }
    } else if message.body.isEmpty || answer.body.isEmpty {
      if message.body.isEmpty != answer.body.isEmpty { faults.append("a body on one side only") }
    } else {
      faults += try placeholders.differences(message.body, answer.body)
    }
    if faults.isEmpty { return [] }
    return faults + ["really \(answer.status): " + placeholders.named(String(decoding: answer.body, as: UTF8.self))]
  }

  private func keep(_ answer: InProcessService.Answer) {
    file = answer.status == 206 ? file + answer.body : answer.body
  }

  /// The rows of the file that the last replies brought, whose digest has to be the one that the manifest told.
  private func compareRows(_ lines: [String]) throws -> [String] {
    let digest = SHA256.hash(data: file).map { String(format: "%02x", $0) }.joined()
    guard placeholders.values.values.contains(digest) else { return ["the file has the digest \(digest)"] }
    let rows = try Gzip.inflated(file, limit: 1 << 20).split(separator: UInt8(ascii: "\n"))
    file = Data()
    guard rows.count == lines.count else { return ["\(rows.count) rows and not \(lines.count)"] + rows.map(text) }
    return try zip(lines, rows).flatMap { line, row in
      let faults = try placeholders.differences(line, Data(row))
      return faults.isEmpty ? [] : faults + ["really: " + text(row)]
    }
  }

  private func text(_ row: Data) -> String { placeholders.named(String(decoding: row, as: UTF8.self)) }

  // MARK: What happens on the server

  private func happen(_ words: [String]) async throws {
    let rest = Array(words.dropFirst())
    switch words.first {
    case "clock": if let text = rest.first, let moment = Timestamp(text) { time.set(moment) }
    case "publish": try await publish(rest)
    case "snapshot": _ = try await store.publishSnapshot()
    case "collect": _ = try await store.collectTombstones()
    case "invite":
      let invite = try await store.createInvite(scope: Scope.reader, devices: 2, validFor: 3600)
      placeholders.bind(rest.joined(), to: invite.text)
    case "backup":
      let copy = try store.copy()
      backup = { [options] in try StoryStore.inMemory(restoring: copy, options: options) }
    case "restore":
      guard let backup else { throw Unknown(event: words) }
      try store.close()
      store = try backup()
      try await store.markRestored()
      service = Self.service(store, configuration, time)
    default: throw Unknown(event: words)
    }
  }

  /// One commit: `article-4` publishes it, `-article-4` takes it back.
  private func publish(_ words: [String]) async throws {
    let entities: [Entity] = words.compactMap { word in
      switch word {
      case "story": .story(Story(id: SampleStory.id, title: "A sample story"))
      case "source": .source(Source(id: "sample-desk", name: "Sample Desk", type: "agency"))
      default: word.wholeMatch(of: /article-(\d+)/).flatMap { Int($0.1) }.map { .article(SampleStory.article($0)) }
      }
    }
    let removals = words.filter { $0.hasPrefix("-") }.map {
      ContentCommit.Removal(kind: .article, id: String($0.dropFirst()), reason: "error")
    }
    _ = try await store.publish(ContentCommit(entities: entities, removals: removals, author: "test"))
  }

  private static func configuration() -> ServerConfiguration {
    var configuration = ServerConfiguration()
    // A walk of several pages should fit on one.
    configuration.limits.pageRows = 3
    return configuration
  }

  private static func service(
    _ store: StoryStore, _ configuration: ServerConfiguration, _ time: ManualTime
  ) -> InProcessService {
    InProcessService(
      store: store, configuration: configuration, logger: Logger(label: "document") { _ in SwiftLogNoOpLogHandler() },
      now: { time.now })
  }
}
