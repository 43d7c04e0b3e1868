import Foundation
import StorylineClient
import StorylineClientNIO
import StorylineTestSupport

/// The real server as a process, over TLS on a free port, and the real tools around it.
struct LiveService {
  let scratch: Scratch
  let program: Program
  let port: Int

  var address: String { "https://localhost:\(port)" }
  var authority: String { scratch.file("tls/ca.pem") }

  static func tool(_ name: String) -> URL { Program.folder.appendingPathComponent(name) }

  /// Makes certificate and database if they are not there, and starts the server; port 0 takes a free one.
  static func start(in scratch: Scratch, port: Int = 0) async throws -> LiveService {
    if !FileManager.default.fileExists(atPath: scratch.file("tls/server.pem")) {
      try admin(["certificate", "--directory", scratch.file("tls")], in: scratch)
    }
    let program = try Program(
      tool("storylined"),
      [
        "--database-path", scratch.file("storyline.sqlite"), "--listen-port", "\(port)",
        // Tests ask faster than a device may.
        "--limits-requests-per-minute", "0", "--limits-mutations-per-minute", "0",
        "--tls-certificate", scratch.file("tls/server.pem"), "--tls-key", scratch.file("tls/server.key"),
      ], logsIn: scratch.url)
    guard let place = try await program.line(after: "listening on https://127.0.0.1:"), let port = Int(place) else {
      throw ServiceFailure(what: "storylined did not start: \(program.errorText)")
    }
    return LiveService(scratch: scratch, program: program, port: port)
  }

  /// Runs storyline-admin to a good end and returns what it printed.
  @discardableResult
  static func admin(_ arguments: [String], in scratch: Scratch) throws -> String {
    let needsDatabase = ["apply", "invite", "plan"].contains(arguments.first)
    let database = needsDatabase ? ["--database", scratch.file("storyline.sqlite")] : []
    let result = try Program.run(tool("storyline-admin"), arguments + database, logsIn: scratch.url)
    guard result.status == 0 else { throw ServiceFailure(what: "\(arguments): \(result.errors)\(result.output)") }
    return result.output
  }

  /// An invite's text.
  static func invite(devices: Int = 1, in scratch: Scratch) throws -> String {
    struct Made: Decodable { var invite: String }
    let output = try admin(["invite", "--json", "--devices", "\(devices)"], in: scratch)
    return try JSONDecoder().decode(Made.self, from: Data(output.utf8)).invite
  }

  /// Runs the reader's tool with a home of its own.
  func storyline(
    _ arguments: [String], home: String, input: String? = nil
  ) throws -> (status: Int32, output: String, errors: String) {
    try Self.storyline(arguments, home: home, in: scratch, input: input)
  }

  static func storyline(
    _ arguments: [String], home: String, in scratch: Scratch, input: String? = nil
  ) throws -> (status: Int32, output: String, errors: String) {
    try Program.run(
      tool("storyline"), arguments + ["--home", scratch.file(home)], environment: ["NO_COLOR": "1"],
      logsIn: scratch.url, input: input)
  }

  func transport() throws -> NIOTransport {
    try NIOTransport(
      server: address, trust: .authority(pem: String(contentsOfFile: authority, encoding: .utf8)))
  }
}

struct ServiceFailure: Error, CustomStringConvertible {
  let what: String
  var description: String { what }
}
