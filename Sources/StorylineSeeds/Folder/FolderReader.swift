import Foundation
import StorylineModels
import Yams

/// Reads a story folder, file by file.
struct FolderReader {
  private let root: String
  private let shown: String
  private var records: [SeedRecord] = []
  private var faults: [Fault] = []
  private var tagNames: [String: String]?
  private var hasStory = false
  private var media: [SeedMedia] = []
  /// Kinds of which something was lost whose id nobody knows: what seems unknown may have stood there.
  private var unread: Set<ContentKind> = []

  init(_ path: String) {
    var shown = path
    while shown.count > 1, shown.hasSuffix("/") { shown.removeLast() }
    self.shown = shown
    root = URL(fileURLWithPath: shown).path
  }

  mutating func read() -> SeedStory {
    var isFolder: ObjCBool = false
    let exists = FileManager.default.fileExists(atPath: root, isDirectory: &isFolder)
    guard exists, isFolder.boolValue else {
      let what = exists ? "this is not a folder" : "there is no such folder"
      faults = [Fault(.folder, at: Place(file: shown), what, advice: "name the folder of a story")]
      return story()
    }
    let listing = FolderListing(root, root: root, shown: shown)
    doubt(listing, nil)
    readRoot(listing)
    for name in listing.folders { readFolder(name) }
    var reader = MediaReader(root: root, shown: shown, exists: listing.folders.contains("media"))
    reader.resolve(&records)
    faults += reader.faults
    media = reader.media
    if records.isEmpty, !faults.contains(where: { $0.severity == .error }) {
      faults.append(
        Fault(.folder, at: Place(file: shown), "the folder holds no story", advice: "put a .txt or .md file into it"))
    }
    return story()
  }

  private func story() -> SeedStory {
    SeedStory(
      path: shown, hasStoryFile: hasStory, tagNames: tagNames, records: records, media: media, readFaults: faults,
      unreadKinds: unread)
  }

  /// A link that leads out of the folder may be the file that has what others name.
  private mutating func doubt(_ listing: FolderListing, _ kind: ContentKind?) {
    faults += listing.faults
    guard !listing.faults.isEmpty else { return }
    if let kind { unread.insert(kind) } else { unread.formUnion(ContentKind.known) }
  }

  private mutating func readRoot(_ listing: FolderListing) {
    var loose = listing.files.filter { !["readme.md", "readme.txt"].contains($0.name.lowercased()) }
    for (name, path) in listing.files {
      let file = shown + "/" + name
      if name == "story.yaml" {
        hasStory = true
        readStory(path, file)
      } else if name == "tags.yaml" {
        readTags(path, file)
      } else if let list = Schema.lists.first(where: { $0.name + ".yaml" == name }) {
        readList(path, file, kind: list.kind, members: list.members)
      } else {
        continue
      }
      loose.removeAll { $0.name == name }
    }
    readArticles(loose, in: shown)
  }

  private mutating func readFolder(_ name: String) {
    let listing = FolderListing(root + "/" + name, root: root, shown: shown + "/" + name)
    let list = Schema.lists.first { $0.name == name }
    guard list != nil || name == "articles" else {
      if name != "media" { ignore(shown + "/" + name, "a folder of this name means nothing here") }
      return
    }
    doubt(listing, list?.kind ?? .article)
    for folder in listing.folders { ignore("\(shown)/\(name)/\(folder)", "folders inside “\(name)” are not read") }
    guard let list else { return readArticles(listing.files, in: shown + "/articles") }
    for (file, path) in listing.files {
      let place = "\(shown)/\(name)/\(file)"
      if file.hasSuffix(".yaml") || file.hasSuffix(".yml") {
        readList(path, place, kind: list.kind, members: list.members)
      } else {
        ignore(place, "only .yaml files are read here")
      }
    }
  }

  private mutating func ignore(_ file: String, _ why: String) {
    faults.append(Fault(.warning, .ignoredFile, at: Place(file: file), "not read: \(why)", advice: "move or rename it"))
  }

  private mutating func readArticles(_ files: [(name: String, path: String)], in folder: String) {
    let stem = { (name: String) in (name as NSString).deletingPathExtension }
    let isText = { (name: String) in [".txt", ".md"].contains { name.lowercased().hasSuffix($0) } }
    let texts = files.filter { isText($0.name) }
    let paths = Dictionary(files.map { ($0.name, $0.path) }) { first, _ in first }
    let sides = Set(texts.map { stem($0.name) + ".yaml" })
    let readers = texts.map { name, path in
      let side = stem(name) + ".yaml"
      let beside = paths[side].map { (path: $0, name: folder + "/" + side) }
      return ArticleReader(text: (path: path, name: folder + "/" + name), side: beside)
    }
    for result in Parallel.map(readers, { $0.read() }) {
      faults += result.faults
      if let record = result.record { records.append(record) }
      if result.record?.id.isEmpty ?? true { unread.insert(.article) }
    }
    for (name, _) in files where !isText(name) && !sides.contains(name) {
      ignore(folder + "/" + name, "it is neither an article (.txt, .md) nor the .yaml beside one")
    }
  }

  /// As much of a document as can be read.
  ///
  /// - Parameter kind: what is lost with what cannot.
  private mutating func document(_ path: String, _ file: String, kind: ContentKind? = nil) -> YAMLDocument? {
    let text: TextFile
    do throws(Fault) {
      text = try TextFile(path: path, name: file)
    } catch {
      faults.append(error)
      if let kind { unread.insert(kind) }
      return nil
    }
    let salvaged = SalvagedYAML(text.lines, file: file)
    faults += text.faults + salvaged.faults
    if let kind, !salvaged.isWhole { unread.insert(kind) }
    return salvaged.document
  }

  private mutating func readStory(_ path: String, _ file: String) {
    guard let document = document(path, file, kind: .story) else { return }
    let isWhole = !unread.contains(.story)
    var reader = FactsReader(document)
    var facts = reader.read(document.root, as: Schema.story, what: "a story")
    // What seems to be missing may be what could not be read.
    faults += reader.faults.filter { isWhole || $0.rule != .missingKey }
    if !reader.faults.isEmpty { unread.insert(.story) }
    guard let id = facts?.text("id"), facts?.text("title") != nil else { return }
    let line = facts?.places["brief"]?.line ?? 1
    let brief = facts?.texts("brief").map { DraftBlock.paragraph($0, line: line) }
    facts?.values["brief"] = nil
    guard let facts, let brief else { return }
    records.append(
      SeedRecord(kind: .story, id: id, place: facts.places["id"] ?? Place(file: file), facts: facts, blocks: brief))
  }

  private mutating func readTags(_ path: String, _ file: String) {
    guard let document = document(path, file) else { return }
    guard let mapping = document.root.mapping else {
      let fault = Fault(
        .wrongType, at: document.place(of: document.root), "tags must be a mapping of tag to name",
        advice: "write lines such as “aid: Aid”")
      return faults.append(fault)
    }
    let names = mapping.map { $0.key }.compactMap { $0.scalar?.string }
    let members = names.map { Shape.Member($0, .text, required: true) }
    var reader = FactsReader(document)
    let facts = reader.read(document.root, as: members, what: "tags")
    faults += reader.faults
    tagNames = facts?.values.compactMapValues { if case .string(let name) = $0 { name } else { nil } }
  }

  private mutating func readList(_ path: String, _ file: String, kind: ContentKind, members: [Shape.Member]) {
    guard let document = document(path, file, kind: kind) else { return }
    guard let entries = document.root.sequence else {
      let fault = Fault(
        .wrongType, at: document.place(of: document.root), "the file must be a list of \(kind)s",
        advice: "start each entry with “- ”")
      unread.insert(kind)
      return faults.append(fault)
    }
    var reader = FactsReader(document)
    for entry in entries {
      let facts = reader.read(entry, as: members, what: "an entry")
      let id = facts?.text("id") ?? ""
      if id.isEmpty { unread.insert(kind) }
      guard let facts else { continue }
      var record = SeedRecord(kind: kind, id: id, place: document.place(of: entry), facts: facts)
      record.isWhole = !id.isEmpty
      records.append(record)
    }
    faults += reader.faults
  }
}
