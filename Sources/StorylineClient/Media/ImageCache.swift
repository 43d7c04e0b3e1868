import Crypto
public import Foundation
public import StorylineModels

/// The images of the story that this device keeps: a folder beside the replica, a file for each, named by its digest.
///
/// Bounded; what was not looked at for the longest time goes first. A file whose bytes are damaged counts as not there.
/// Two processes may use one folder.
public struct ImageCache: Sendable {
  public let folder: String
  /// In bytes, of all images together.
  public let limit: Int

  /// - Parameter folder: made, for its owner only, when there is something to keep.
  public init(folder: String, limit: Int = 256 * 1024 * 1024) {
    self.folder = folder
    self.limit = limit
  }

  /// The cache that belongs to a replica's file.
  public init(besideReplica path: String) { self.init(folder: path + ".images") }

  /// The image's bytes, if they are here.
  public func image(_ id: MediaID) -> Data? {
    let path = path(id)
    guard let bytes = FileManager.default.contents(atPath: path) else { return nil }
    guard MediaID(digest: Array(SHA256.hash(data: bytes))) == id else {
      try? FileManager.default.removeItem(atPath: path)
      return nil
    }
    // It was looked at now; that this is not noted costs at most that the image is fetched again.
    try? FileManager.default.setAttributes([.modificationDate: Date()], ofItemAtPath: path)
    return bytes
  }

  /// Whether the image is here; its bytes are not looked at.
  public func holds(_ id: MediaID) -> Bool { FileManager.default.fileExists(atPath: path(id)) }

  /// The path of the image's file, if it is here; its bytes are not looked at.
  public func file(of id: MediaID) -> String? { holds(id) ? path(id) : nil }

  /// How many bytes are kept.
  public var size: Int { files().reduce(0) { $0 + $1.size } }

  /// Keeps an image whose digest was checked.
  func keep(_ bytes: Data, as id: MediaID) throws {
    do {
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
      let draft = "\(folder)/\(UUID().uuidString).draft"
      guard FileManager.default.createFile(atPath: draft, contents: bytes, attributes: [.posixPermissions: 0o600])
      else { throw ReplicaError.storage("\(folder): an image cannot be written") }
      guard rename(draft, path(id)) == 0 else {
        try? FileManager.default.removeItem(atPath: draft)
        throw ReplicaError.storage("\(folder): an image cannot be written")
      }
    } catch let error as ReplicaError {
      throw error
    } catch {
      throw ReplicaError.storage("\(folder): \(error.localizedDescription)")
    }
    shrink(sparing: id)
  }

  /// Removes everything that the story does not name any more: what was taken down must not stay here.
  func keep(only named: Set<MediaID>) {
    for file in files() where !(MediaID(file.name).map(named.contains) ?? false) {
      // A draft may be another process's, of a moment ago.
      if file.name.hasSuffix(".draft"), file.time > Date().addingTimeInterval(-3600) { continue }
      try? FileManager.default.removeItem(atPath: folder + "/" + file.name)
    }
  }

  /// Removes all of it.
  public func wipe() { try? FileManager.default.removeItem(atPath: folder) }

  var isEmpty: Bool { files().isEmpty }

  private func shrink(sparing id: MediaID) {
    var files = files().sorted { $0.time < $1.time }[...]
    var size = files.reduce(0) { $0 + $1.size }
    while size > limit, let oldest = files.popFirst() {
      guard oldest.name != id.description else { continue }
      try? FileManager.default.removeItem(atPath: folder + "/" + oldest.name)
      size -= oldest.size
    }
  }

  private func files() -> [(name: String, size: Int, time: Date)] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.compactMap { name in
      guard let facts = try? FileManager.default.attributesOfItem(atPath: folder + "/" + name) else { return nil }
      return (name, (facts[.size] as? NSNumber)?.intValue ?? 0, facts[.modificationDate] as? Date ?? .distantPast)
    }
  }

  private func path(_ id: MediaID) -> String { folder + "/" + id.description }
}
