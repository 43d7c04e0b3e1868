import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import StorylineModels
import StorylineStore
import Testing

@testable import StorylineServer

/// The program itself.
@Suite(.timeLimit(.minutes(2))) struct ProcessTests {
  /// A running `storylined` and what it says.
  private final class Running {
    let process = Process()
    private let output = Pipe()
    private let errors = Pipe()

    init(_ arguments: [String]) throws {
      process.executableURL = Self.program
      process.arguments = arguments
      process.standardOutput = output
      process.standardError = errors
      try process.run()
    }

    /// Where the build put it: beside the test bundle.
    private static var program: URL {
      URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent().appending(path: "storylined")
    }

    /// The first line of the output.
    func firstLine() throws -> String {
      var line = Data()
      while let byte = try output.fileHandleForReading.read(upToCount: 1), byte != Data("\n".utf8), !byte.isEmpty {
        line += byte
      }
      return String(decoding: line, as: UTF8.self)
    }

    func stop(with signal: Int32) throws -> (code: Int32, log: String) {
      kill(process.processIdentifier, signal)
      let log = errors.fileHandleForReading.readDataToEndOfFile()
      process.waitUntilExit()
      return (process.terminationStatus, String(decoding: log, as: UTF8.self))
    }
  }

  @Test(arguments: [SIGTERM, SIGINT])
  func `it says where it listens, serves, and stops when asked to`(signal: Int32) async throws {
    let authority = try TestAuthority()
    defer { try? FileManager.default.removeItem(at: authority.directory) }
    let files = try authority.issue()
    let database = authority.directory.appending(path: "s.sqlite").path
    let running = try Running([
      "--listen-port", "0", "--tls-certificate", files.certificate, "--tls-key", files.key, "--database-path", database,
    ])
    let line = try running.firstLine()
    let port = try #require(line.split(separator: ":").last.flatMap { Int($0) })
    #expect(line == "storylined is listening on https://127.0.0.1:\(port)")
    let client = SocketCaller(port: port, authority: authority, isHTTP2: true)
    #expect(try await client.send(Ask(.healthReady)).status == 200)
    // Still connected: an idle connection must not hold the shutdown.
    let (code, log) = try running.stop(with: signal)
    try await client.shutdown()
    #expect(code == 0)
    #expect(log.contains("\"message\":\"starting\"") && log.contains("\"walreset\":"))
    #expect(log.contains("\"message\":\"stopped\""))
    #expect(log.split(separator: "\n").allSatisfy { $0.hasPrefix("{") && $0.hasSuffix("}") })
    // Folded into the file, and the lock given back.
    for file in ["-wal", "-shm"] { #expect(!FileManager.default.fileExists(atPath: database + file), "\(file)") }
    let mode = try FileManager.default.attributesOfItem(atPath: database)[.posixPermissions] as? Int
    #expect(mode == 0o600)
    let store = try StoryStore.open(at: database, options: StoreOptions(pepper: .random()))
    try store.close()
  }

  @Test func `it serves plain HTTP on a socket that only its user and group can open`() async throws {
    let directory = try TestAuthority.temporaryDirectory()
    defer { try? FileManager.default.removeItem(at: directory) }
    let socket = directory.appending(path: "s").path
    let running = try Running([
      "--listen-socket", socket, "--database-path", directory.appending(path: "s.sqlite").path,
    ])
    let line = try running.firstLine()
    #expect(line == "storylined is listening on unix:\(socket)")
    let mode = try FileManager.default.attributesOfItem(atPath: socket)[.posixPermissions] as? Int
    #expect(mode == 0o660)
    let client = HTTPClient(eventLoopGroupProvider: .singleton)
    let url = try #require(URL(httpURLWithSocketPath: socket, uri: Route.healthReady.path))
    let response = try await client.execute(HTTPClientRequest(url: url.absoluteString), timeout: .seconds(30))
    #expect(response.status == .ok)
    #expect(response.headers["strict-transport-security"].isEmpty)
    try await client.shutdown()
    #expect(try running.stop(with: SIGTERM).code == 0)
  }
}
