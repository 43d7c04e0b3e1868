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

  func run() -> Outcome {
    guard FileManager.default.isExecutableFile(atPath: program) else {
      return Outcome(findings: [
        .warning("configuration", "not checked: there is no \(program)", "name the program with --storylined")
      ])
    }
    let process = Process()
    let (output, errors) = (Pipe(), Pipe())
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = ["--print-config"] + (configurationFile.map { ["--config", $0] } ?? [])
    process.environment = environment
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
    let count = Self.values(text).count
    return Outcome(values: Self.values(text), findings: [.ok("configuration", "understood, \(count) settings")])
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
