import Foundation
import StorylineModels
import StorylineSeeds

@testable import StorylineServer

/// A folder of this process's own, in memory where the system has such a place.
enum FuzzFolder {
  static let path: String = {
    let place = FileManager.default.isWritableFile(atPath: "/dev/shm") ? "/dev/shm" : NSTemporaryDirectory()
    let path = "\(place)/storyline-fuzz-\(ProcessInfo.processInfo.processIdentifier)"
    try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    return path
  }()

  static func write(_ data: Data, to name: String) throws -> String {
    let file = path + "/" + name
    try data.write(to: URL(fileURLWithPath: file))
    return file
  }
}

/// An editor's file: an article as text or Markdown, or one of the story's lists.
func feedSeed(_ data: Data) throws {
  let (choice, rest) = data.choice
  switch choice % 4 {
  case 0, 1:
    let file = try FuzzFolder.write(rest, to: choice % 4 == 0 ? "a.txt" : "a.md")
    let parsed = SeedFolder.readArticle(file)
    try promise(parsed.article != nil || !parsed.faults.isEmpty, "what is not taken is explained")
  default:
    let folder = choice % 4 == 2 ? "story" : "events"
    try FileManager.default.createDirectory(atPath: "\(FuzzFolder.path)/\(folder)", withIntermediateDirectories: true)
    _ = try FuzzFolder.write(rest, to: "\(folder)/\(folder).yaml")
    let story = SeedFolder.read("\(FuzzFolder.path)/\(folder)")
    _ = story.lint()
  }
}

/// An image of an editor: its first bytes say the same however much follows them.
func feedImage(_ data: Data) throws {
  let header = ImageHeader(data)
  if let header {
    try promise(header.width ?? 1 > 0 && header.height ?? 1 >= 0, "an image has a size")
    let longer = ImageHeader(data + Data("and more behind its end".utf8))
    try promise(longer?.format == header.format, "what follows an image does not make it another one")
  }
  for count in [data.count / 2, max(0, data.count - 1)] {
    let cut = ImageHeader(data.prefix(count))
    try promise(cut == nil || header == nil || cut?.format == header?.format, "a cut image is none, or the same")
  }
  if MediaName.objection(to: data.text) == nil {
    try promise(!data.text.contains("/") && !data.text.hasPrefix("."), "a name stays in its folder")
  }
  if let id = MediaID(address: data.text) { try promise(id.address == data.text, "an image has one address") }
}

/// A configuration file; or flags, one a line.
func feedConfiguration(_ data: Data) throws {
  let (choice, rest) = data.choice
  do {
    if choice % 2 == 0 {
      let file = try FuzzFolder.write(rest, to: "storylined.yaml")
      _ = try LoadedConfiguration(arguments: ["--config", file], environment: [:])
    } else {
      let flags = rest.text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
      // A flag may name any file of this machine; those are not what is read here.
      guard !flags.contains(where: { $0.hasPrefix("--config") }) else { return }
      _ = try LoadedConfiguration(arguments: flags, environment: [:])
    }
  } catch let faults as ConfigurationFaults {
    try promise(!faults.faults.isEmpty, "what is refused is explained")
  }
}
