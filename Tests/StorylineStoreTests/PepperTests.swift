import Foundation
import Testing

@testable import StorylineStore

@Suite struct PepperTests {
  @Test func `a pepper is made once, for its owner's eyes, and read again`() throws {
    let directory = try TestDirectory()
    let path = directory.file("store.pepper")
    let made = try Pepper.loadOrCreate(at: path)
    #expect(made.bytes.count == 32)
    #expect(try Pepper.loadOrCreate(at: path).bytes == made.bytes)
    #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o600)
    #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == ["store.pepper"])
  }

  @Test(arguments: [0o640, 0o604, 0o660])
  func `a pepper that others can read is refused with the way to mend it`(mode: Int) throws {
    let directory = try TestDirectory()
    let path = directory.file("store.pepper")
    _ = try Pepper.loadOrCreate(at: path)
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
    #expect(throws: StoreError.permissions("\(path) can be read by others; run: chmod 600 \(path)")) {
      try Pepper.loadOrCreate(at: path)
    }
  }

  @Test(arguments: [0, 31, 33])
  func `a file of another length is no pepper`(length: Int) throws {
    let directory = try TestDirectory()
    let path = directory.file("store.pepper")
    let bytes = Data(count: length)
    _ = FileManager.default.createFile(atPath: path, contents: bytes, attributes: [.posixPermissions: 0o600])
    #expect(throws: StoreError.self) { try Pepper.loadOrCreate(at: path) }
    #expect(throws: StoreError.self) { try Pepper(bytes: bytes) }
    #expect(try Data(contentsOf: URL(filePath: path)) == bytes)
  }

  @Test func `a pepper does not print itself`() {
    #expect("\(Pepper.random())" == "Pepper(…)")
  }

  @Test(arguments: [
    (mode_t(0o600), uid_t(1000), gid_t(1000), true), (0o400, 0, 0, true), (0o440, 0, 0, true), (0o640, 0, 0, false),
    (0o440, 0, 4, false), (0o440, 1000, 0, false), (0o604, 0, 0, false), (0o620, 0, 0, false),
  ])
  func `a credential of systemd is private, a file for a group is not`(
    mode: mode_t, owner: uid_t, group: gid_t, isPrivate: Bool
  ) {
    var status = stat()
    (status.st_mode, status.st_uid, status.st_gid) = (mode, owner, group)
    #expect(SecretFile.isPrivate(status) == isPrivate)
  }
}
