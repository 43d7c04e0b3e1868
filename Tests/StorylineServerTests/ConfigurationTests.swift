import Foundation
import StorylineModels
import Testing

@testable import StorylineServer

@Suite struct ConfigurationTests {
  private static let tls = ["--tls-certificate", "c.pem", "--tls-key", "k.pem"]

  private static func load(
    _ arguments: [String] = [], environment: [String: String] = [:], file: String? = nil
  ) throws -> LoadedConfiguration {
    guard let file else { return try LoadedConfiguration(arguments: arguments, environment: environment) }
    let directory = try TestAuthority.temporaryDirectory()
    defer { try? FileManager.default.removeItem(at: directory) }
    let path = directory.appending(path: "storylined.yaml").path
    try Data(file.utf8).write(to: URL(filePath: path))
    return try LoadedConfiguration(arguments: ["--config", path] + arguments, environment: environment)
  }

  private static func faults(
    _ arguments: [String], environment: [String: String] = [:], file: String? = nil
  ) -> [String] {
    do {
      _ = try load(arguments, environment: environment, file: file)
      return []
    } catch {
      return (error as? ConfigurationFaults)?.faults ?? ["\(error)"]
    }
  }

  @Test func `nothing but certificate and key needs to be said`() throws {
    let configuration = try Self.load(Self.tls).configuration
    var expected = ServerConfiguration()
    expected.tls = TLSFiles(certificate: "c.pem", key: "k.pem")
    #expect(configuration == expected)
  }

  @Test func `flags win over the environment and the environment over the file`() throws {
    let file = "listen:\n  port: 1001\nlog: {level: debug}\ncontent.access: public\n"
    let environment = ["STORYLINE_LISTEN_PORT": "1002", "STORYLINE_LOG_LEVEL": "error", "HOME": "/root"]
    let loaded = try Self.load(Self.tls + ["--listen-port=1003"], environment: environment, file: file)
    #expect(loaded.configuration.listen == .network(host: "127.0.0.1", port: 1003))
    #expect(loaded.configuration.log.level == .error)
    #expect(loaded.configuration.contentAccess == .public)
    #expect(loaded.text.contains("listen.port: 1003  # --listen-port\n"))
    #expect(loaded.text.contains("log.level: error  # STORYLINE_LOG_LEVEL\n"))
    #expect(loaded.text.contains("listen.host: 127.0.0.1  # default\n"))
  }

  @Test func `the file may be JSON`() throws {
    let file = "{\n\t\"listen\": {\"port\": 1001},\n\t\"limits\": {\"request-bytes\": 2048}\n}\n"
    let configuration = try Self.load(Self.tls, file: file).configuration
    #expect(configuration.listen == .network(host: "127.0.0.1", port: 1001))
    #expect(configuration.limits.requestBytes == 2048)
  }

  @Test(arguments: ["", "# nothing yet\n", "{}"])
  func `a file may set nothing`(file: String) throws {
    #expect(throws: Never.self) { try Self.load(Self.tls, file: file) }
  }

  @Test func `what is printed is a file that says the same again`() throws {
    let arguments = Self.tls + ["--database-path", "/var/lib/a,b.sqlite", "--limits-payload-bytes", "500"]
    let first = try Self.load(arguments)
    let second = try Self.load(file: first.text)
    #expect(first.configuration == second.configuration)
    #expect(first.configuration.databasePath == "/var/lib/a,b.sqlite")
    #expect(first.configuration.pepperPath == "/var/lib/a,b.sqlite.pepper")
  }

  @Test func `all faults are told at once, each with what set it`() {
    let faults = Self.faults(
      ["--listen-port", "70000", "--log-level", "loud", "--tls-enabled", "maybe"],
      environment: ["STORYLINE_CONTENT_ACCESS": "everybody"],
      file: "limits:\n  request-bytes: many\n  colour: red\nlisten: {host: [a, b]}\n")
    let expected = [
      "storylined.yaml:3: there is no key “limits.colour”", "listen.host (",
      "listen.port (--listen-port): “70000” is not a whole number from 0 to 65535",
      "tls.enabled (--tls-enabled): “maybe” is not true or false",
      "content.access (STORYLINE_CONTENT_ACCESS): “everybody” is not one of: token, public",
      "limits.request-bytes (", "log.level (--log-level): “loud” is not one of: debug, info, warning, error",
    ]
    for fault in expected { #expect(faults.contains { $0.contains(fault) }, "\(fault) in \(faults)") }
  }

  @Test(arguments: [
    (["--port", "1"], "“--port” is not known"), (["serve"], "“serve” is not known"),
    (["--listen-port"], "--listen-port needs a value"),
    (["--listen-port", "1", "--listen-port=2"], "--listen-port is there twice"),
    (["--config", "/nowhere/storylined.yaml"], "/nowhere/storylined.yaml: cannot be read: there is no such file"),
    ([], "tls.certificate and tls.key: both are needed"),
    (["--tls-certificate", "c.pem"], "tls.certificate and tls.key: both are needed"),
    (["--tls-enabled", "false", "--listen-host", "0.0.0.0"], "can be reached from other machines, which needs TLS"),
    (["--listen-socket", "/run/s", "--tls-key", "k"], "speaks plain HTTP to the proxy"),
    (["--listen-socket", "/run/s"], "public.url: is needed"),
    (["--listen-host", "192.0.2.1", "--tls-certificate", "c", "--tls-key", "k"], "public.url: is needed"),
    (["--public-url", "http://stories.example"], "public.url: “http://stories.example” is not an address"),
    (["--public-url", "https://stories.example/app"], "public.url: “https://stories.example/app” is not an address"),
    (["--database-path", ""], "database.path: is empty"),
  ])
  func `a wrong command line is told what is wrong`(arguments: [String], message: String) {
    let faults = Self.faults(arguments)
    #expect(faults.contains { $0.contains(message) }, "\(faults)")
  }

  @Test func `a broken file is told where it is broken`() {
    #expect(Self.faults(Self.tls, file: "listen: [").contains { $0.contains("storylined.yaml") })
    #expect(Self.faults(Self.tls, file: "- a\n- b\n").contains { $0.contains("is not a list of “key: value” lines") })
  }

  @Test func `a secret that was put where its path belongs is not repeated`() {
    let key = "-----BEGIN PRIVATE KEY-----\nMIGHAgEAMBMG\n-----END PRIVATE KEY-----"
    let faults = Self.faults(["--tls-certificate", "c.pem", "--tls-key", key])
    #expect(faults.contains { $0.contains("tls.key (--tls-key): is the path of a file") })
    #expect(!faults.joined().contains("MIGHAgEAMBMG"))
  }

  @Test func `plain HTTP is served on loopback and on a socket`() throws {
    let loopback = try Self.load(["--tls-enabled", "false"]).configuration
    #expect(loopback.tls == nil)
    let socket = try Self.load(["--listen-socket", "/run/storyline.sock", "--public-url", "https://stories.example/"])
      .configuration
    #expect(socket.listen == .socket(path: "/run/storyline.sock"))
    #expect(socket.tls == nil)
    #expect(socket.publicURL == "https://stories.example")
  }

  @Test func `help names every key with its flag, its variable and its default`() {
    for key in ConfigurationKey.all {
      for text in [key.name, key.flag, key.environmentName, key.meaning, key.standard] where !text.isEmpty {
        #expect(ConfigurationHelp.text.contains(text), "\(text)")
      }
    }
    #expect(ConfigurationHelp.text.split(separator: "\n").allSatisfy { $0.count <= 110 })
    #expect(Set(ConfigurationKey.all.map(\.name)).count == ConfigurationKey.all.count)
  }
}
