import Foundation

/// Asks `storylined` itself what it would run with, so that both understand a configuration in one way.
struct ServiceConfigurationCheck {
  let program: String
  let configurationFile: String?
  let environment: [String: String]

  struct Outcome {
    /// The effective values by their names; empty if the configuration is refused.
    var values: [String: String] = [:]
    var findings: [Finding] = []
  }

  /// Whether anything says how the service is started.
  private var isNamed: Bool { configurationFile != nil || environment.keys.contains { $0.hasPrefix("STORYLINE_") } }

  /// What a service would run with that is started as this command was told.
  func run() -> Outcome {
    let arguments = configurationFile.map { ["--config", $0] } ?? []
    let outcome = ask(arguments, environment, folder: nil, as: "understood")
    guard !isNamed, outcome.values.isEmpty, FileManager.default.isExecutableFile(atPath: program) else {
      return outcome
    }
    return Outcome(findings: [
      .warning(
        "configuration", "not checked: no service runs, and neither a file nor a variable says how it is started",
        "name the file with --config, or run this with the service's environment")
    ])
  }

  /// What a running service has, which may have got it by flags that nobody else knows.
  ///
  /// - Parameter named: what `run` found.
  func run(as service: RunningService, named: Outcome) -> Outcome {
    let words = "understood as process \(service.process) was started"
    var outcome = ask(service.arguments, service.environment, folder: service.folder, as: words)
    guard isNamed, !outcome.values.isEmpty else { return outcome }
    // The next start may be by what was named, and then its faults count.
    if named.values.isEmpty { outcome.findings += named.findings }
    let differing = named.values.keys.filter { named.values[$0] != outcome.values[$0] }.sorted()
    guard !differing.isEmpty else { return outcome }
    let source = configurationFile ?? "what this command was told"
    outcome.findings.append(
      .warning(
        "configuration",
        "process \(service.process) has other settings than \(source): \(differing.joined(separator: ", "))",
        "flags and variables go before a file; if it is the file that changed, it counts from the next start"))
    return outcome
  }

  private func ask(
    _ arguments: [String], _ environment: [String: String], folder: String?, as words: String
  ) -> Outcome {
    guard FileManager.default.isExecutableFile(atPath: program) else {
      return Outcome(findings: [
        .warning("configuration", "not checked: there is no \(program)", "name the program with --storylined")
      ])
    }
    let process = Process()
    let (output, errors) = (Pipe(), Pipe())
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = ["--print-config"] + arguments
    process.environment = environment
    if let folder { process.currentDirectoryURL = URL(fileURLWithPath: folder) }
    process.standardOutput = output
    process.standardError = errors
    process.standardInput = FileHandle.nullDevice
    do { try process.run() } catch {
      return Outcome(findings: [.error("configuration", "\(program) cannot be run", "\(error.localizedDescription)")])
    }
    // Both are far smaller than a pipe holds.
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    let faults = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      return Outcome(
        findings: faults.split(separator: "\n").map { line in
          let words = line.replacing("storylined: ", with: "", maxReplacements: 1)
          return .error(
            "configuration", String(words.hasSuffix(".") ? words.dropLast() : words), "see docs/configuration.md")
        })
    }
    let values = Self.values(text)
    let flags = text.split(separator: "\n").count { $0.split(separator: "#").last?.hasPrefix(" --") ?? false }
    let byFlags = flags == 0 ? "" : ", \(flags) of them by flags"
    return Outcome(
      values: folder.map { Self.absolute(values, in: $0) } ?? values,
      findings: [.ok("configuration", "\(words), \(values.count) settings\(byFlags)")])
  }

  private static let paths: Set<String> = [
    "database.path", "database.erasure-ledger", "token.pepper-file", "listen.socket", "editor.socket",
    "tls.certificate", "tls.key",
  ]

  /// The paths of a service are those of its folder.
  private static func absolute(_ values: [String: String], in folder: String) -> [String: String] {
    var values = values
    for (key, value) in values where paths.contains(key) && !value.isEmpty && !value.hasPrefix("/") && value != "off" {
      values[key] = folder + "/" + value
    }
    return values
  }

  /// Of lines such as `tls.key: /etc/key.pem  # file`.
  static func values(_ text: String) -> [String: String] {
    var values: [String: String] = [:]
    for line in text.split(separator: "\n") {
      guard let colon = line.firstRange(of: ": ") else { continue }
      let rest = line[colon.upperBound...]
      let value = rest.ranges(of: "  # ").last.map { rest[..<$0.lowerBound] } ?? rest
      values[String(line[..<colon.lowerBound])] = String(value)
    }
    return values
  }
}

/// A `storylined` that runs, and how it was started: what the kernel tells its own user.
struct RunningService {
  let process: Int32
  let arguments: [String]
  /// Its own variables alone.
  let environment: [String: String]
  let folder: String

  /// nil if the process is another program, or another user's.
  init?(process: Int32) {
    let place = "/proc/\(process)"
    guard let name = try? String(contentsOfFile: place + "/comm", encoding: .utf8), name == "storylined\n",
      let words = Self.list(place + "/cmdline"), let variables = Self.list(place + "/environ"),
      let folder = try? FileManager.default.destinationOfSymbolicLink(atPath: place + "/cwd")
    else { return nil }
    self.process = process
    self.folder = folder
    arguments = Array(words.dropFirst())
    environment = Dictionary(
      variables.filter { $0.hasPrefix("STORYLINE_") }.compactMap { variable in
        variable.firstIndex(of: "=").map {
          (String(variable[..<$0]), String(variable[variable.index(after: $0)...]))
        }
      }, uniquingKeysWith: { first, _ in first })
  }

  private static func list(_ path: String) -> [String]? {
    // The kernel tells no size, so this is read to its end.
    guard let file = FileHandle(forReadingAtPath: path), let data = try? file.readToEnd() ?? Data() else { return nil }
    var parts = data.split(separator: 0, omittingEmptySubsequences: false).map { String(decoding: $0, as: UTF8.self) }
    if parts.last == "" { parts.removeLast() }
    return parts
  }
}
