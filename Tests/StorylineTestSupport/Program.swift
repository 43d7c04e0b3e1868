public import Foundation

/// One of our programs as a process of its own, found beside the test bundle.
public final class Program: @unchecked Sendable {
  private let process = Process()
  private let output: URL
  private let errors: URL

  /// The folder that holds the built programs.
  public static var folder: URL {
    // The bundle's executable lies in it on Linux: .build/debug/storylinePackageTests.xctest
    URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath().deletingLastPathComponent()
  }

  /// The repository's root.
  public static let repository = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// Starts `name` with its output going to files in `folder`, so that no pipe can fill up and stop it.
  public init(
    _ executable: URL, _ arguments: [String], environment: [String: String] = [:], logsIn folder: URL,
    input: String? = nil
  ) throws {
    let name = "\(executable.lastPathComponent)-\(UUID().uuidString.prefix(8))"
    output = folder.appendingPathComponent("\(name).out")
    errors = folder.appendingPathComponent("\(name).err")
    for file in [output, errors] { try Data().write(to: file) }
    process.executableURL = executable
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    process.standardOutput = try FileHandle(forWritingTo: output)
    process.standardError = try FileHandle(forWritingTo: errors)
    if let input {
      let file = folder.appendingPathComponent("\(name).in")
      try Data(input.utf8).write(to: file)
      process.standardInput = try FileHandle(forReadingFrom: file)
    } else {
      process.standardInput = FileHandle.nullDevice
    }
    try process.run()
  }

  /// Runs to the end.
  public static func run(
    _ executable: URL, _ arguments: [String], environment: [String: String] = [:], logsIn folder: URL,
    input: String? = nil
  ) throws -> (status: Int32, output: String, errors: String) {
    let program = try Program(
      executable, arguments, environment: environment, logsIn: folder, input: input)
    let status = program.wait()
    return (status, program.outputText, program.errorText)
  }

  public var isRunning: Bool { process.isRunning }
  public var processIdentifier: Int32 { process.processIdentifier }

  /// As Ctrl-C does.
  public func interrupt() { Foundation.kill(process.processIdentifier, SIGINT) }

  public var outputText: String { Self.text(of: output) }
  public var errorText: String { Self.text(of: errors) }

  /// Ends it without a chance to tidy up.
  public func kill() {
    Foundation.kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
  }

  /// Asks it to end, and returns its status.
  public func terminate() -> Int32 {
    process.terminate()
    return wait()
  }

  public func wait() -> Int32 {
    process.waitUntilExit()
    return process.terminationStatus
  }

  /// Waits until its output holds `phrase` and returns the rest of that line; nil if it ended before.
  public func line(after phrase: String) async throws -> String? {
    while true {
      let wasRunning = isRunning
      for line in outputText.split(separator: "\n") {
        if let range = line.range(of: phrase) { return String(line[range.upperBound...]) }
      }
      guard wasRunning else { return nil }
      try await Task.sleep(for: .milliseconds(10))
    }
  }

  /// The same on its standard error.
  public func errorLine(after phrase: String) async throws -> String? {
    while true {
      let wasRunning = isRunning
      for line in errorText.split(separator: "\n") {
        if let range = line.range(of: phrase) { return String(line[range.upperBound...]) }
      }
      guard wasRunning else { return nil }
      try await Task.sleep(for: .milliseconds(10))
    }
  }

  private static func text(of file: URL) -> String {
    String(decoding: FileManager.default.contents(atPath: file.path) ?? Data(), as: UTF8.self)
  }
}
