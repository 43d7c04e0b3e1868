import Foundation
import StorylineClient
import Testing

struct TokenKeeperTests {
  private let folder = NSTemporaryDirectory() + "storyline-" + UUID().uuidString
  private var keeper: TokenKeeper { TokenKeeper(path: folder + "/account/token.json") }
  private let credentials = Credentials(
    server: "https://localhost:8443", trust: .authority(pem: "PEM"), accessToken: "sla_secret", accountID: "a",
    deviceID: "d", scope: "story:read")

  private func mode(_ path: String) throws -> Int {
    let value = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    return try #require(value)
  }

  private func chmod(_ path: String, _ mode: Int) throws {
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
  }

  @Test func `what is saved is loaded, and only its owner can read it`() throws {
    #expect(try keeper.load() == nil)
    try keeper.save(credentials)
    #expect(try keeper.load() == credentials)
    #expect(try mode(keeper.path) == 0o600)
    #expect(try mode(folder + "/account") == 0o700)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder + "/account") == ["token.json"])
  }

  @Test func `saving again replaces the file whole`() throws {
    try keeper.save(credentials)
    var other = credentials
    other.accessToken = "sla_other"
    try keeper.save(other)
    #expect(try keeper.load() == other)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder + "/account") == ["token.json"])
  }

  @Test(arguments: [0o640, 0o604, 0o660, 0o644]) func `a file that others can read is refused`(mode: Int) throws {
    try keeper.save(credentials)
    try chmod(keeper.path, mode)
    #expect(throws: TokenKeeperError.readableByOthers(path: keeper.path)) { try keeper.load() }
  }

  @Test func `a file with something else in it is named damaged`() throws {
    try keeper.save(credentials)
    try Data("{}".utf8).write(to: URL(fileURLWithPath: keeper.path))
    try chmod(keeper.path, 0o600)
    #expect(throws: TokenKeeperError.damaged(path: keeper.path)) { try keeper.load() }
  }

  @Test func `a folder is not a file`() throws {
    try FileManager.default.createDirectory(atPath: keeper.path, withIntermediateDirectories: true)
    #expect(throws: TokenKeeperError.notAFile(path: keeper.path)) { try keeper.load() }
  }

  @Test func `wiping removes them, and twice is harmless`() throws {
    try keeper.save(credentials)
    try keeper.wipe()
    try keeper.wipe()
    #expect(try keeper.load() == nil)
  }

  @Test func `printing credentials does not show the token`() {
    #expect(!"\(credentials)".contains("sla_secret"))
    #expect(!String(reflecting: credentials).contains("sla_secret"))
  }
}
