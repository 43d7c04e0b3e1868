import Foundation
public import StorylineModels

/// A story folder as it was read: its entities, and what is wrong with them.
public struct SeedStory: Sendable {
  /// The folder as it was named.
  public let path: String
  /// Whether it is the whole of a story. Without a `story.yaml` it is some articles to add.
  public let hasStoryFile: Bool
  let tagNames: [String: String]?
  let records: [SeedRecord]
  /// The images in `media/` that the records show.
  public let media: [SeedMedia]
  /// What went wrong in reading; `lint` has these too.
  public let readFaults: [Fault]
  /// Kinds of which something could not be read: what seems unknown may stand in it.
  let unreadKinds: Set<ContentKind>

  /// All faults, in the order of files and lines.
  ///
  /// - Parameter stored: the live records of the store, if it is to be considered: block ids are then those of the
  ///   published versions.
  public func lint(stored: [ContentChange] = []) -> [Fault] {
    lint(Resolution(self, stored: stored))
  }

  /// What publishing the folder would change in a store with these live records.
  ///
  /// - Parameters:
  ///   - scheduled: what waits there for its time.
  ///   - now: decides what is to wait.
  public func plan(
    against stored: [ContentChange], scheduled: [PlannedSchedule] = [], now: Timestamp = Timestamp.wallClock()
  ) -> SeedPlan {
    let resolution = Resolution(self, stored: stored)
    let holds = HoldResolver.holds(records, now: now)
    return SeedPlan(
      self, resolution, Published(stored: stored, scheduled: scheduled), holds: holds, faults: lint(resolution))
  }

  /// The entities as a new store would get them.
  public func entities() -> [Entity] { Resolution(self, stored: []).entities.map(\.entity) }

  private func lint(_ resolution: Resolution) -> [Fault] {
    let all = readFaults + resolution.faults + Lint(self, resolution).faults()
    var seen: Set<Fault> = []
    return all.filter { seen.insert($0).inserted }.sorted { ($0.place, $0.message) < ($1.place, $1.message) }
  }

  /// The story of a folder that says nothing about it: named like the folder.
  func assumedStory() -> SeedRecord {
    let name = URL(fileURLWithPath: path).standardizedFileURL.lastPathComponent
    let id = Wording.slug(from: name) ?? "story"
    let words = name.split { "-_ ".contains($0) }.joined(separator: " ")
    var facts = Facts()
    facts.values = [
      "title": .string(words.prefix(1).uppercased() + words.dropFirst()), "status": .string("ongoing"),
      "language": .string("en"), "chapters": .array([]),
    ]
    return SeedRecord(kind: .story, id: id, place: Place(file: path), facts: facts)
  }
}
