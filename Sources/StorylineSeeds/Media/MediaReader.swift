import Foundation
import StorylineModels

/// Finds the images that a folder's records name, and puts their addresses in the place of their names.
struct MediaReader {
  private let shown: String
  private let files: [String: String]
  private(set) var faults: [Fault]
  /// Those that can be published, in the order of their names.
  private(set) var media: [SeedMedia] = []

  /// - Parameters:
  ///   - root: the story's folder.
  ///   - shown: how messages call it.
  ///   - exists: whether it has a folder `media` that does not lead out of it.
  init(root: String, shown: String, exists: Bool) {
    self.shown = shown + "/media"
    guard exists else {
      (files, faults) = ([:], [])
      return
    }
    let listing = FolderListing(root + "/media", root: root, shown: self.shown)
    faults = listing.faults
    files = Dictionary(listing.files.map { ($0.name, $0.path) }) { first, _ in first }
    for folder in listing.folders {
      faults.append(
        Fault(
          .warning, .ignoredFile, at: Place(file: "\(self.shown)/\(folder)"),
          "not read: folders inside “media” are not read", advice: "move its files up"))
    }
  }

  mutating func resolve(_ records: inout [SeedRecord]) {
    let references = records.flatMap(\.facts.media)
    let named = Set(references.map(\.name))
    for reference in references where files[reference.name] == nil { miss(reference) }
    for name in files.keys.sorted() {
      if named.contains(name) { look(at: name) } else { leave(name) }
    }
    if media.reduce(0, { $0 + $1.bytes }) > SeedLimits.allMediaBytes {
      faults.append(
        Fault(
          .tooLarge, at: Place(file: shown),
          "the images have more than \(SeedLimits.allMediaBytes) bytes together", advice: "scale some of them down"))
    }
    let known = Dictionary(media.map { (MediaReference.folder + $0.name, $0) }) { first, _ in first }
    for index in records.indices where !records[index].facts.media.isEmpty { settle(&records[index], known) }
  }

  private mutating func miss(_ reference: MediaReference) {
    // A link out of the folder has its fault.
    let file = "\(shown)/\(reference.name)"
    guard !faults.contains(where: { $0.file == file && $0.severity == .error }) else { return }
    faults.append(
      Fault(
        .mediaMissing, at: reference.place, "there is no file “\(Wording.short(reference.name))” in media/",
        advice: Wording.didYouMean(reference.name, among: files.keys) ?? "put it there, or correct the name"))
  }

  private mutating func look(at name: String) {
    guard let path = files[name] else { return }
    let place = Place(file: "\(shown)/\(name)")
    do {
      let image = try SeedMedia(path: path, name: name, place: place, faults: &faults)
      if let same = media.first(where: { $0.id == image.id }) {
        faults.append(
          Fault(
            .warning, .mediaDouble, at: place, "the file is the same image as media/\(same.name)",
            advice: "keep one of them"))
      }
      media.append(image)
    } catch {
      faults.append(error)
    }
  }

  private mutating func leave(_ name: String) {
    faults.append(
      Fault(
        .warning, .mediaUnused, at: Place(file: "\(shown)/\(name)"), "nothing in the story shows this file",
        advice: "name it in an article, or take it out"))
  }

  private func settle(_ record: inout SeedRecord, _ known: [String: SeedMedia]) {
    for index in record.blocks.indices {
      guard let image = record.blocks[index].content.url.flatMap({ known[$0] }) else { continue }
      record.blocks[index].content.url = image.id.address
      record.blocks[index].content.width = image.width
      record.blocks[index].content.height = image.height
    }
    guard case .object(var image)? = record.facts.values["image"], case .string(let url)? = image["url"],
      let file = known[url]
    else { return }
    image["url"] = .string(file.id.address)
    record.facts.values["image"] = .object(image)
  }
}
