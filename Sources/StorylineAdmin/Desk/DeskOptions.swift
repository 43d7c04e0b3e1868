import ArgumentParser
import Foundation
import StorylineClient
import StorylineClientNIO
import StorylineModels
import StorylineStore

/// Where to publish: a service somewhere, or the database here, be it in use by a running service or not.
struct DeskOptions: ParsableArguments {
  @OptionGroup var database: DatabaseOptions

  @Option(
    help: ArgumentHelp(
      "Publish through the service at this address instead of a database here.", valueName: "url"))
  var server: String?

  @Option(help: ArgumentHelp("The authority that signed the server's certificate, in PEM.", valueName: "file"))
  var ca: String?

  @Option(help: ArgumentHelp("The editor's token for --server, in a file that only you can read.", valueName: "file"))
  var tokenFile: String?

  func validate() throws {
    if server == nil, ca != nil || tokenFile != nil { throw ValidationError("--ca and --token-file need --server") }
    if server != nil, tokenFile == nil { throw ValidationError("--server needs --token-file with an editor's token") }
    if server != nil, database.database != nil { throw ValidationError("give --server or --database, not both") }
  }

  /// Opens the desk, and closes it whatever happens.
  ///
  /// - Parameter creates: Whether a database that is not there is made.
  func withDesk<Value>(
    _ context: AdminContext, creates: Bool = false, _ work: (any PublishingDesk) async throws -> Value
  ) async throws -> Value {
    guard let server else { return try await database.file(context).withDesk(creates: creates, work) }
    let token = try Self.token(in: tokenFile ?? "")
    let transport: NIOTransport
    do {
      transport = try NIOTransport(server: server, trust: try trust(), bodyLimit: DatabaseFile.answerLimit)
    } catch TransportError.unreachable(let why), TransportError.untrusted(let why) {
      throw AdminFailure(why)
    }
    return try await transport.closing { try await work(ServiceDesk(transport: $0, token: token, name: server)) }
  }

  private func trust() throws -> ServerTrust {
    guard let ca else { return .system }
    guard let pem = try? String(contentsOfFile: ca, encoding: .utf8) else {
      throw AdminFailure("\(ca): cannot be read; --ca names the authority's certificate in PEM")
    }
    return .authority(pem: pem)
  }

  private static func token(in file: String) throws -> String {
    let facts = try? FileManager.default.attributesOfItem(atPath: file)
    guard let mode = (facts?[.posixPermissions] as? NSNumber)?.intValue else {
      throw AdminFailure("\(file): there is no such file; --token-file names the file with the editor's token")
    }
    guard mode & 0o077 == 0 else {
      throw AdminFailure("\(file): others may read this token; chmod 600 \(file)")
    }
    let text = (try? String(contentsOfFile: file, encoding: .utf8)) ?? ""
    let token = text.trimmingCharacters(in: .whitespacesAndNewlines)
    guard !token.isEmpty, token.utf8.count <= 512, token.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
      throw AdminFailure("\(file): holds no token")
    }
    return token
  }
}

extension NIOTransport {
  /// Closes the connections after `work`, whatever happens.
  func closing<Value>(_ work: (NIOTransport) async throws -> Value) async throws -> Value {
    let result: Value
    do {
      result = try await work(self)
    } catch {
      try? await shutdown()
      throw error
    }
    try await shutdown()
    return result
  }
}

extension DatabaseFile {
  /// The records of a commit before and after it.
  static let answerLimit = 64 * 1024 * 1024
  /// A service that is starting has the database before it has its socket.
  private static let patience = 40
  private static let longestSocketPath = 107

  /// The database itself under its lock, or the running service that has it.
  func withDesk<Value>(
    creates: Bool, _ work: (any PublishingDesk) async throws -> Value
  ) async throws -> Value {
    if !exists, !creates { return try await work(EmptyDesk(path: path)) }
    do {
      return try await withOpenStore { try await work(StoreDesk(store: $0)) }
    } catch StoreError.locked {
      let socket = try await runningService()
      let transport = NIOTransport(socket: socket, bodyLimit: Self.answerLimit)
      return try await transport.closing {
        try await work(ServiceDesk(transport: $0, token: nil, name: "the running storylined"))
      }
    } catch StoreError.conflict(let found) {
      throw AdminFailure.conflict(found)
    } catch let error as StoreError {
      throw AdminFailure(message(error))
    }
  }

  /// The path of the socket of the service that has the database.
  private func runningService() async throws -> String {
    for _ in 0..<Self.patience {
      var facts = stat()
      if lstat(socket, &facts) == 0, facts.st_mode & S_IFMT == S_IFSOCK {
        let absolute = URL(fileURLWithPath: socket).path
        return absolute.utf8.count <= Self.longestSocketPath ? absolute : socket
      }
      try await Task.sleep(for: .milliseconds(50))
    }
    throw AdminFailure(message(.locked(path: path)))
  }
}
