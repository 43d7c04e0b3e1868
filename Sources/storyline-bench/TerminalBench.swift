import Foundation
import StorylineClient
import StorylineClientNIO
import StorylineModels
import StorylineStore
import StorylineTerminal

/// What a reader of a large story waits for at the terminal.
struct TerminalBench {
  let articles: Int

  /// Of each measurement of the whole program.
  private static let runs = 10
  private static let keys = 200

  func run() async throws {
    try await Workplace.with { workplace in
      let home = workplace.path + "/home"
      try await fill(home, in: workplace)
      try frames(home)
      try await start(home, in: workplace)
      try stalls(home)
    }
  }

  // MARK: Frames

  /// The work of the loop for each key: the update, the frame, and the bytes that differ.
  private func frames(_ home: String) throws {
    let report = Report(
      title: "Work of the reader's loop for each key and each answer, \(articles) articles; a frame has 16 ms",
      unit: "ms")
    report.heading()
    for (columns, rows) in [(80, 24), (200, 60)] {
      let replica = try Replica.open(at: home + "/replica.sqlite")
      let app = MeasuredApp(replica: replica, columns: columns, rows: rows, now: .wallClock())
      let size = "\(columns)×\(rows): "
      // The loop's work only: what reads the replica runs beside it. A first run of everything warms the machine up.
      row(size + "opening the app: the story arrives", app.open(), report)
      let lists = (0..<10).flatMap { _ in ["2", "3", "4", "5", "6", "7", "1"].flatMap { app.press($0) } }
      row(size + "opening a list, 70 ×", lists, report)
      _ = app.press("3")
      row(size + "opening an article, 50 ×", (0..<50).flatMap { _ in app.press("j", "enter", "h") }, report)
      row(size + "scrolling by rows, 500 ×", (0..<500).flatMap { _ in app.press("j") }, report)
      row(size + "scrolling by pages, 200 ×", (0..<200).flatMap { _ in app.press("page-down") }, report)
      row(size + "scrolling to the end and back, 20 ×", (0..<20).flatMap { _ in app.press("G", "g g") }, report)
      let filtering = (0..<20).flatMap { _ in ["s", "a"].flatMap { app.press("F", $0) } }
      row(size + "filtering by unread and all, 40 ×", filtering, report)
      row(size + "marking, 50 ×", (0..<50).flatMap { _ in app.press("j", "m") }, report)
      row(size + "the story arrives anew, 20 ×", (0..<20).flatMap { _ in app.reload() }, report)
      let search = ["/", "m", "i", "n", "i", "s", "t", "esc"].flatMap { app.press($0) }
      row(size + "searching while typing", search, report)
      try replica.close()
    }
  }

  private func row(_ name: String, _ times: [Duration], _ report: Report) {
    let sorted = times.map { $0 / .milliseconds(1) }.sorted()
    report.row(name, percentile(sorted, 0.5), "p50; " + spread(sorted) + ", \(over(sorted, 16)) over 16 ms")
  }

  private func percentile(_ sorted: [Double], _ share: Double) -> Double {
    sorted.isEmpty ? 0 : sorted[min(sorted.count - 1, Int(Double(sorted.count) * share))]
  }

  private func spread(_ sorted: [Double]) -> String {
    String(
      format: "p95 %.2f, p99 %.2f, max %.2f of %d", percentile(sorted, 0.95), percentile(sorted, 0.99),
      sorted.last ?? 0, sorted.count)
  }

  private func over(_ sorted: [Double], _ limit: Double) -> String { "\(sorted.count { $0 > limit })" }

  // MARK: The whole program

  /// From the start of a new process until the story stands on the screen, beside a reader of feeds that counts.
  private func start(_ home: String, in workplace: Workplace) async throws {
    let report = Report(title: "First paint of \(articles) articles, a new process on a pseudo-terminal", unit: "ms")
    report.heading()
    let other = try Newsboat(articles: articles, folder: workplace.path + "/newsboat")
    var (ours, baseline): ([Double], [Double]) = ([], [])
    for _ in 0..<Self.runs {
      let terminal = try PseudoTerminal(try Self.program(), ["--home", home])
      ours.append(try terminal.milliseconds(until: SyntheticStory.title))
      terminal.quit()
      if let other { baseline.append(try other.printUnread()) }
    }
    ours.sort()
    baseline.sort()
    report.row("storyline", percentile(ours, 0.5), "p50; " + spread(ours))
    if other == nil {
      show("  newsboat is not installed: no baseline")
    } else {
      report.row("newsboat -x print-unread", percentile(baseline, 0.5), "p50; " + spread(baseline))
      report.ratio("storyline of newsboat", ours: percentile(ours, 0.5), baseline: percentile(baseline, 0.5))
    }
    let memory = Report(title: "… its memory", unit: "MB")
    memory.heading()
    let terminal = try PseudoTerminal(try Self.program(), ["--home", home])
    _ = try terminal.milliseconds(until: SyntheticStory.title)
    terminal.settle(milliseconds: 2000)
    memory.row(
      "resident, everything read", terminal.memory.now, String(format: "at the most %.1f", terminal.memory.most))
    for key in ["3"] + Array(repeating: "\u{6}", count: 100) + ["\r", "G", "h"] {
      terminal.press(key)
      terminal.settle(milliseconds: 20)
    }
    memory.row(
      "… after 100 pages and an article", terminal.memory.now,
      String(format: "at the most %.1f", terminal.memory.most))
    terminal.quit()
  }

  /// What a key waits for while the server is in trouble: pressed in the real program, seen on its terminal.
  private func stalls(_ home: String) throws {
    let report = Report(title: "A key's wait while the server is in trouble, \(Self.keys) keys", unit: "ms")
    report.heading()
    let keeper = TokenKeeper(path: home + "/credentials.json")
    let kept = try keeper.load()
    for name in ["gone", "silent", "slow"] {
      let server = name == "gone" ? nil : try DeadServer(name == "slow" ? .slow : .silent)
      guard var credentials = kept else { throw BenchError("no credentials") }
      credentials.server = "https://localhost:\(server?.port ?? 9)"
      try keeper.save(credentials)
      let terminal = try PseudoTerminal(try Self.program(), ["--home", home])
      _ = try terminal.milliseconds(until: SyntheticStory.title)
      terminal.settle(milliseconds: 1000)
      terminal.press("3s")
      terminal.settle(milliseconds: 200)
      var (times, own): ([Double], [Double]) = ([], [])
      for number in 0..<Self.keys {
        let before = terminal.waitedForProcessor(thread: "storyline-loop")
        let time = try terminal.milliseconds(after: number % 20 < 10 ? "j" : "k")
        let after = terminal.waitedForProcessor(thread: "storyline-loop")
        guard let before, let after else { throw BenchError("the loop's thread is not to be found") }
        times.append(time)
        own.append(max(0, time - (after - before)))
        Thread.sleep(forTimeInterval: 0.02)
      }
      for (words, times) in [("server \(name)", times.sorted()), ("… without the wait for a processor", own.sorted())] {
        report.row(words, percentile(times, 0.5), "p50; " + spread(times) + ", \(over(times, 50)) over 50 ms")
      }
      terminal.quit()
      withExtendedLifetime(server) {}
    }
  }

  /// The tool that was built beside this one.
  private static func program() throws -> String {
    let path = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
      .appendingPathComponent("storyline").path
    guard FileManager.default.isExecutableFile(atPath: path) else {
      throw BenchError("\(path) is missing; build the product storyline first")
    }
    return path
  }

  /// A device that has the whole story.
  private func fill(_ home: String, in workplace: Workplace) async throws {
    let store = try StoryStore.open(
      at: workplace.path + "/store.sqlite", options: StoreOptions(pepper: .random()))
    try await SyntheticStory.publish(articles, in: store)
    try await servingStory(store, in: workplace) { port in
      let server = "https://localhost:\(port)"
      let trust = ServerTrust.authority(pem: try String(contentsOfFile: workplace.authority, encoding: .utf8))
      let transport = try NIOTransport(server: server, trust: trust)
      let enrolment = try await enrol(in: store)
      let credentials = Credentials(
        server: server, trust: trust, accessToken: enrolment.accessToken, accountID: enrolment.reader.description,
        deviceID: enrolment.device.description, scope: "")
      try TokenKeeper(path: home + "/credentials.json").save(credentials)
      try Data(#"{"theme":"auto","width":72,"isSplit":true,"tourSeen":true}"#.utf8)
        .write(to: URL(fileURLWithPath: home + "/terminal.json"))
      let replica = try Replica.open(at: home + "/replica.sqlite")
      _ = try await SyncEngine(replica: replica, credentials: credentials, transport: transport).sync()
      try replica.markVisited()
      try replica.close()
      try await transport.shutdown()
    }
    try store.close()
  }
}

/// The feed reader that people of terminals know, with as many articles in its cache.
struct Newsboat {
  private let folder: String

  /// nil if it is not installed.
  init?(articles: Int, folder: String) throws {
    guard FileManager.default.isExecutableFile(atPath: "/usr/bin/newsboat") else { return nil }
    self.folder = folder
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    var random = Words(state: 1)
    let items = (0..<articles).map { number in
      let article = SyntheticStory.article(number, using: &random)
      let text = article.blocks.compactMap(\.text).joined(separator: " ")
      return "<item><title>\(article.headline)</title><guid>\(article.id)</guid>"
        + "<link>https://example.org/\(article.id)</link><description>\(text)</description></item>"
    }
    let feed =
      "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>A synthetic story</title>"
      + "<link>https://example.org</link><description>-</description>\(items.joined())</channel></rss>"
    try Data(feed.utf8).write(to: URL(fileURLWithPath: folder + "/feed.xml"))
    try Data("file://\(folder)/feed.xml\n".utf8).write(to: URL(fileURLWithPath: folder + "/urls"))
    try Data("max-items 0\n".utf8).write(to: URL(fileURLWithPath: folder + "/config"))
    _ = try run("reload")
    let counted = try run("print-unread").said
    guard counted.hasPrefix("\(articles) ") else { throw BenchError("newsboat says “\(counted)”") }
  }

  /// Milliseconds.
  func printUnread() throws -> Double { try run("print-unread").time }

  private func run(_ command: String) throws -> (time: Double, said: String) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/newsboat")
    process.arguments = [
      "-u", folder + "/urls", "-c", folder + "/cache.db", "-C", folder + "/config", "-x", command,
    ]
    var environment = ProcessInfo.processInfo.environment
    environment["HOME"] = folder
    process.environment = environment
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = FileHandle.nullDevice
    let start = ContinuousClock.now
    try process.run()
    let said = try pipe.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return ((ContinuousClock.now - start) / .milliseconds(1), String(decoding: said, as: UTF8.self))
  }
}
