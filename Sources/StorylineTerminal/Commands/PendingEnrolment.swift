import Foundation
import StorylineClient
import StorylineModels

/// The number and the key of a sign-in that is on its way, kept until its reply has arrived.
///
/// An invite enrols only so many devices. If a reply is lost, the same command asks with the same number and key and
/// gets the same device.
struct PendingEnrolment: Codable, Hashable, Sendable {
  var server: String
  var requestID: String
  var key: DeviceKey

  static func loadOrCreate(at path: String, server: String) throws -> PendingEnrolment {
    if let data = FileManager.default.contents(atPath: path),
      let held = try? StorylineJSON.decode(Self.self, from: data), held.server == server
    {
      return held
    }
    let new = PendingEnrolment(server: server, requestID: UUID().uuidString.lowercased(), key: DeviceKey())
    let isWritten = FileManager.default.createFile(
      atPath: path, contents: try StorylineJSON.encode(new), attributes: [.posixPermissions: 0o600])
    guard isWritten else { throw CommandFailure(.error, "cannot write \(path)") }
    return new
  }

  static func remove(at path: String) throws {
    guard FileManager.default.fileExists(atPath: path) else { return }
    try FileManager.default.removeItem(atPath: path)
  }
}
