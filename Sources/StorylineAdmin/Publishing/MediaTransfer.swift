import Foundation
import StorylineModels
import StorylineSeeds

/// Sends a folder's images to where it is published, before the commits that name them.
struct MediaTransfer {
  let media: [SeedMedia]

  /// Those that are not there, or are there under another name; asks nobody if the folder shows no images.
  func missing(at desk: any PublishingDesk) async throws -> [SeedMedia] {
    guard !media.isEmpty else { return [] }
    let names = Dictionary(try await desk.media().map { ($0.sha256, $0.name) }, uniquingKeysWith: { first, _ in first })
    return media.filter { names[$0.id] != $0.name }
  }

  /// - Returns: those that were sent.
  func send(to desk: any PublishingDesk, _ console: Console) async throws -> [SeedMedia] {
    let missing = try await missing(at: desk)
    for (number, image) in missing.enumerated() {
      console.progress(number, of: missing.count, "images")
      guard let bytes = image.contents() else {
        throw AdminFailure("media/\(image.name) changed while it was read; run this command again")
      }
      try await desk.send(bytes, of: image)
    }
    return missing
  }
}

/// Writes the images that records show into a folder.
struct MediaExport {
  /// The names that the images get in `media/`; of one that is not there, none.
  let names: [MediaID: String]

  /// - Parameters:
  ///   - entities: what is to be written.
  ///   - known: the images that are there.
  init(of entities: [Entity], known: [MediaDescription]) {
    let shown = Set(entities.flatMap(\.images).compactMap { MediaID(address: $0) })
    var taken: Set<String> = []
    var names: [MediaID: String] = [:]
    for image in known where shown.contains(image.sha256) {
      // Two images of one name: an article that is gone from its folder is published still, with its “summit.png”.
      let name = taken.insert(image.name).inserted ? image.name : Self.other(image)
      taken.insert(name)
      names[image.sha256] = name
    }
    self.names = names
  }

  private static func other(_ image: MediaDescription) -> String {
    let ending = (image.name as NSString).pathExtension
    let digits = "\(image.sha256)".prefix(16)
    return "\((image.name as NSString).deletingPathExtension.prefix(70))-\(digits).\(ending)"
  }

  func write(into folder: String, from desk: any PublishingDesk, _ console: Console) async throws {
    guard !names.isEmpty else { return }
    let directory = folder + "/media"
    do {
      try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
      for (number, (id, name)) in names.sorted(by: { $0.value < $1.value }).enumerated() {
        console.progress(number, of: names.count, "images")
        try await desk.image(id).write(to: URL(fileURLWithPath: directory + "/" + name), options: .atomic)
      }
    } catch let error as CocoaError {
      throw AdminFailure("\(directory): cannot be written: \(error.localizedDescription)")
    }
  }
}

extension SeedMedia {
  /// `media/summit.png (800 × 400, 47 KiB)`.
  var words: String {
    var size = ""
    if let width, let height { size = "\(width) × \(height), " }
    return "media/\(name) (\(size)\((bytes + 1023) / 1024) KiB)"
  }
}
