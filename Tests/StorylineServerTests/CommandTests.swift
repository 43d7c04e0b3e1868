import Foundation
import NIOConcurrencyHelpers
import NIOCore
import NIOPosix
import StorylineModels
import StorylineStore
import Testing

@testable import StorylineServer

@Suite(.timeLimit(.minutes(2))) struct CommandTests {
  private struct Outcome {
    var code: StartupFailure.ExitCode
    var output: String
    var errors: String
  }

  private static func run(_ arguments: [String], environment: [String: String] = [:]) async -> Outcome {
    let (output, errors) = (NIOLockedValueBox(""), NIOLockedValueBox(""))
    let code = await StorylinedCommand.run(
      arguments: arguments, environment: environment, output: { text in output.withLockedValue { $0 += text } },
      errors: { text in errors.withLockedValue { $0 += text } })
    return Outcome(code: code, output: output.withLockedValue { $0 }, errors: errors.withLockedValue { $0 })
  }

  @Test func `help goes to the output and is no failure`() async {
    for flag in ["--help", "-h"] {
      let outcome = await Self.run([flag])
      #expect(outcome.code == .success)
      #expect(outcome.output.hasPrefix("storylined: serves a story"))
      #expect(outcome.errors.isEmpty)
    }
  }

  @Test func `a wrong flag is a usage error, one line each`() async {
    let outcome = await Self.run(["--colour", "red", "--shape=round"])
    #expect(outcome.code == .usage)
    #expect(outcome.output.isEmpty)
    #expect(outcome.errors.split(separator: "\n").count == 3)
    #expect(outcome.errors.split(separator: "\n").allSatisfy { $0.hasPrefix("storylined: ") })
  }

  @Test func `the configuration can be seen without starting anything`() async {
    let outcome = await Self.run(
      ["--print-config", "--tls-enabled", "false"], environment: ["STORYLINE_DATABASE_PATH": "/nowhere/x.sqlite"])
    #expect(outcome.code == .success)
    #expect(outcome.output.contains("database.path: /nowhere/x.sqlite  # STORYLINE_DATABASE_PATH\n"))
    #expect(outcome.output.split(separator: "\n").count == ConfigurationKey.all.count)
  }

  @Test func `a port that is taken, and why nothing starts, is told in one line`() async throws {
    let directory = try TestAuthority.temporaryDirectory()
    defer { try? FileManager.default.removeItem(at: directory) }
    let taken = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .bind(host: "127.0.0.1", port: 0).get()
    let port = try #require(taken.localAddress?.port)
    let outcome = await Self.run([
      "--tls-enabled", "false", "--listen-port", "\(port)", "--log-level", "error",
      "--database-path", directory.appending(path: "s.sqlite").path,
    ])
    try await taken.close()
    #expect(outcome.code == .failure)
    #expect(
      outcome.errors
        == "storylined: port \(port) on 127.0.0.1 is in use by another program; --listen-port takes another one\n")
  }

  @Test func `a database that is in use ends the command with 75`() async throws {
    let directory = try TestAuthority.temporaryDirectory()
    defer { try? FileManager.default.removeItem(at: directory) }
    let path = directory.appending(path: "s.sqlite").path
    let holder = try StoryStore.open(at: path, options: StoreOptions(pepper: .random()))
    let outcome = await Self.run([
      "--tls-enabled", "false", "--listen-port", "0", "--database-path", path, "--log-level", "error",
    ])
    try holder.close()
    #expect(outcome.code == .locked)
    #expect(outcome.code.rawValue == 75)
    #expect(outcome.errors.contains("is in use by another process"))
    #expect(outcome.errors.split(separator: "\n").count == 1)
  }

  @Test func `a file that cannot be used as a database is told in one line`() async throws {
    let directory = try TestAuthority.temporaryDirectory()
    defer { try? FileManager.default.removeItem(at: directory) }
    let outcome = await Self.run([
      "--tls-enabled", "false", "--listen-port", "0", "--database-path", "/nowhere/at/all.sqlite",
      "--token-pepper-file",
      directory.appending(path: "pepper").path, "--log-level", "error",
    ])
    #expect(outcome.code == .failure)
    #expect(outcome.errors.hasPrefix("storylined: "))
    #expect(outcome.errors.split(separator: "\n").count == 1)
  }

  @Test func `an expired certificate is told in one line and the lock is given back`() async throws {
    let authority = try TestAuthority()
    defer { try? FileManager.default.removeItem(at: authority.directory) }
    let files = try authority.issue(from: Date() - 7200, until: Date() - 3600)
    let path = authority.directory.appending(path: "s.sqlite").path
    let outcome = await Self.run([
      "--tls-certificate", files.certificate, "--tls-key", files.key, "--listen-port", "0", "--database-path", path,
      "--log-level", "error",
    ])
    #expect(outcome.code == .failure)
    #expect(outcome.errors.contains("the certificate expired on"))
    let store = try StoryStore.open(at: path, options: StoreOptions(pepper: .random()))
    try store.close()
  }
}
