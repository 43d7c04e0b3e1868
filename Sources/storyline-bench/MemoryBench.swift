import Foundation
import StorylineModels
import StorylineStore

/// What memory a first sync takes, of the real programs: the service's beyond what it has at rest, and the reader's.
struct MemoryBench {
  let articles: Int

  func run() async throws {
    try await Workplace.with { workplace in
      let store = try StoryStore.open(
        at: workplace.path + "/storyline.sqlite",
        options: StoreOptions(pepper: try .loadOrCreate(at: workplace.path + "/storyline.sqlite.pepper")))
      try await SyntheticStory.publish(articles, in: store)
      let invite = try await store.createInvite(scope: Scope.reader, validFor: 3_600).text
      try store.close()
      let report = Report(title: "Memory of a first sync of \(articles) articles", unit: "MB")
      report.heading()
      try await measure(invite, in: workplace, report)
    }
  }

  private func measure(_ invite: String, in workplace: Workplace, _ report: Report) async throws {
    let service = try BenchProgram(
      "storylined",
      [
        "--database-path", workplace.path + "/storyline.sqlite", "--listen-port", "0",
        "--limits-requests-per-minute", "0", "--tls-certificate", workplace.certificate, "--tls-key", workplace.key,
      ], in: workplace)
    defer { service.end() }
    guard let port = try await service.text(after: "listening on https://127.0.0.1:") else {
      throw BenchError("storylined did not start: \(service.errorText)")
    }
    let home = ["--home", workplace.path + "/home"]
    let login = try BenchProgram(
      "storyline", ["login", "https://localhost:\(port)", "--ca", workplace.authority, "--invite", invite] + home,
      in: workplace)
    try await login.succeed()
    let resting = service.peak
    let syncing = try BenchProgram("storyline", ["sync"] + home, in: workplace)
    let elapsed = try await seconds { try await syncing.succeed() }
    report.row("storyline sync, at its peak", syncing.peak, String(format: "%.0f s", elapsed))
    report.row("storylined, at its peak", service.peak)
    report.row("storylined before the sync", resting)
  }
}

/// One of our programs, run beside the bench, and the most memory that it had at any time.
final class BenchProgram: @unchecked Sendable {
  private static let interval = Duration.milliseconds(20)

  private let process = Process()
  private let output: URL
  private let errors: URL
  private let lock = NSLock()
  // Guarded by `lock`.
  private var highest = 0.0

  init(_ name: String, _ arguments: [String], in workplace: Workplace) throws {
    let folder = URL(fileURLWithPath: workplace.path)
    output = folder.appendingPathComponent("\(name)-\(UUID()).out")
    errors = folder.appendingPathComponent("\(name)-\(UUID()).err")
    for file in [output, errors] { try Data().write(to: file) }
    process.executableURL = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
      .deletingLastPathComponent().appendingPathComponent(name)
    process.arguments = arguments
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = try FileHandle(forWritingTo: output)
    process.standardError = try FileHandle(forWritingTo: errors)
    try process.run()
  }

  var errorText: String { (try? String(contentsOf: errors, encoding: .utf8)) ?? "" }

  /// The highest resident set so far, in MB; what the kernel counted is read while the program lives.
  var peak: Double {
    note()
    return lock.withLock { highest }
  }

  private func note() {
    guard let status = try? String(contentsOfFile: "/proc/\(process.processIdentifier)/status", encoding: .utf8),
      let line = status.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM:") }),
      let kilobytes = line.split(separator: " ").compactMap({ Double($0) }).first
    else { return }
    lock.withLock { highest = max(highest, kilobytes / 1000 * 1.024) }
  }

  /// Runs to a good end.
  func succeed() async throws {
    while process.isRunning {
      note()
      try await Task.sleep(for: Self.interval)
    }
    guard process.terminationStatus == 0 else { throw BenchError(errorText) }
  }

  /// The rest of the line that begins so, once it is printed; nil if the program ends before.
  func text(after start: String) async throws -> String? {
    while process.isRunning {
      let text = try String(contentsOf: output, encoding: .utf8) + errorText
      if let range = text.range(of: start), let end = text[range.upperBound...].firstIndex(where: \.isNewline) {
        return String(text[range.upperBound..<end])
      }
      try await Task.sleep(for: Self.interval)
    }
    return nil
  }

  func end() {
    process.terminate()
    process.waitUntilExit()
  }
}
