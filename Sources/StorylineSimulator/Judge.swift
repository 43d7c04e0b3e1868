import Foundation
import StorylineModels
import StorylineStore

/// Watches a history and says which invariants it breaks.
struct Judge {
  private(set) var violations: [Violation] = []
  /// The live content at each cursor that ever was the head.
  private var contentAt: [String: [ContentName: ContentView]] = [:]
  private var server: ServerView?
  private var seen: House.State?
  private var highestServerTime: Int64 = 0
  /// The seq of each device's content cursor, by walk.
  private var progress: [Int: (walk: Int64, epoch: Data, seq: Int64)] = [:]
  private var erasedBefore: [Data: Stamp] = [:]
  /// What the answer that is on its way to a program brings it to, by task.
  private var promises: [Int: Promise] = [:]

  /// A place in a library, and the versions that lay before it when it was given out.
  private struct Promise {
    let cursor: String
    let versions: [LibraryKey: Rank]
  }

  mutating func report(_ invariant: Invariant, _ what: String) {
    // One of each kind says it; a broken rule breaks it a thousand times.
    guard !violations.contains(where: { $0.invariant == invariant }) else { return }
    violations.append(Violation(invariant: invariant, what: what))
  }

  // MARK: The server

  /// To be called after each thing that the server did. `reset` allows what only a restore or an erasure may do.
  mutating func serverMoved(_ house: House, reset: Bool = false) async throws {
    let state = house.state
    guard state != seen else {
      return highestServerTime = max(highestServerTime, house.clock.now().milliseconds)
    }
    seen = state
    let view = try ServerView(house.store, house.bodies)
    let serverTime = house.clock.now().milliseconds
    highestServerTime = max(highestServerTime, serverTime)
    for gap in view.gaps { report(.order, gap) }
    if let before = server, !reset {
      for (reader, library) in before.libraries { compare(library, view.libraries[reader] ?? [:]) }
      checkFuture(view, before)
    }
    checkErased(view)
    try await checkFloor(view, house)
    server = view
    contentAt[try await house.store.contentHead().cursor.rawValue] = view.content
  }

  private mutating func compare(_ before: [LibraryKey: VersionView], _ now: [LibraryKey: VersionView]) {
    for (key, version) in before {
      guard let present = now[key] else {
        report(.noLostAcknowledgement, "the server lost \(key.kind)/\(key.id)")
        continue
      }
      if present.rank < version.rank {
        report(.noLostAcknowledgement, "the server went back on \(key.kind)/\(key.id)")
      }
    }
  }

  private mutating func checkFuture(_ view: ServerView, _ before: ServerView) {
    for (reader, physical) in view.maxPhysical {
      let limit = max(highestServerTime + 60_000, (before.maxPhysical[reader] ?? 0) + 1_000)
      if physical > limit { report(.boundedFuture, "a stamp lies \(physical - limit) ms beyond what is allowed") }
    }
  }

  private mutating func checkFloor(_ view: ServerView, _ house: House) async throws {
    guard view.contentFloor > 0 else { return }
    let snapshot = try await house.store.newestSnapshot().flatMap { CursorParts($0.cursor.rawValue)?.seq }
    if snapshot ?? 0 < view.contentFloor {
      report(.floor, "the newest snapshot is of \(snapshot ?? 0), and the floor is \(view.contentFloor)")
    }
  }

  mutating func erased(_ reader: Reader, before stamp: Stamp) { erasedBefore[reader.account] = stamp }

  func isErased(_ version: VersionView, of reader: Reader) -> Bool {
    erasedBefore[reader.account].map { version.rank.stamp <= $0 } ?? false
  }

  private mutating func checkErased(_ view: ServerView) {
    for (reader, stamp) in erasedBefore {
      for (key, version) in view.libraries[reader] ?? [:] where version.rank.stamp <= stamp {
        report(.erasure, "\(key.kind)/\(key.id) is back after its reader erased it")
      }
    }
  }

  /// A push that had been answered came again: nothing may change.
  mutating func replayed(_ house: House, before: ServerView) throws {
    let after = try ServerView(house.store, house.bodies)
    if after.libraries != before.libraries { report(.idempotentReplay, "a push that came twice changed the library") }
  }

  // MARK: Places

  /// The server answers a library sync: whoever stands at this cursor has, of each record, what lies before it.
  mutating func promised(_ task: Int, _ cursor: StorylineModels.Cursor, to reader: Reader) {
    guard let seq = CursorParts(cursor.rawValue)?.seq, let library = server?.libraries[reader.account] else { return }
    promises[task] = Promise(
      cursor: cursor.rawValue, versions: library.filter { $0.value.seq <= seq }.mapValues(\.rank))
  }

  /// The program has heard an answer, or that there is none.
  mutating func heard(_ task: Int, _ device: Device) {
    guard let promise = promises.removeValue(forKey: task), device.view.libraryCursor == promise.cursor else { return }
    for (key, rank) in promise.versions where !device.view.edited.contains(key) {
      guard let held = device.view.library[key] else {
        // A replica that began empty need not hear of deletions.
        if !rank.deleted { report(.noSkip, "device \(device.number) passed \(key.kind)/\(key.id) without taking it") }
        continue
      }
      if held.rank < rank, !device.view.quarantined.contains(key) {
        report(
          .noSkip,
          "device \(device.number) passed \(key.kind)/\(key.id) of \(rank.stamp) and holds that of \(held.rank.stamp)")
      }
    }
  }

  // MARK: Devices

  mutating func answered(_ reader: Reader, _ body: Data, readers: [Reader]) {
    for other in readers where other.number != reader.number {
      if body.range(of: Data(other.marker.utf8)) != nil {
        report(.noLeak, "reader \(reader.number) got a payload of reader \(other.number)")
      }
    }
  }

  /// A device did something other than writing: no record may go back, except to be stamped anew or erased.
  mutating func deviceMoved(_ device: Device, from before: DeviceView, to after: DeviceView, restamps: Bool) {
    for (key, version) in before.library {
      guard let present = after.library[key] else {
        if !isErased(version, of: device.reader) {
          report(.noLostWrite, "device \(device.number) dropped \(key.kind)/\(key.id)")
        }
        continue
      }
      let isSameWrite = present.payload == version.payload && present.rank.deleted == version.rank.deleted
      if present.rank < version.rank, !(restamps && isSameWrite && before.unsent.contains(key)) {
        report(
          before.unsent.contains(key) ? .readYourWrites : .noLostWrite,
          "device \(device.number) went back on \(key.kind)/\(key.id)")
      }
    }
    for (name, held) in before.revisions {
      guard let present = after.revisions[name], present.lineage == held.lineage, present.rev < held.rev else {
        continue
      }
      report(.monotone, "device \(device.number) went back from \(held.rev) to \(present.rev) on \(name)")
    }
    checkMonotone(device, after)
  }

  /// The rows of a snapshot's part that a device took in, and those that the server made.
  mutating func staged(_ device: Device, _ rows: [Data], of part: [Data]) {
    if rows != part { report(.byteResume, "device \(device.number) staged rows that no part has") }
  }

  private mutating func checkMonotone(_ device: Device, _ view: DeviceView) {
    guard let cursor = view.contentCursor.flatMap(CursorParts.init) else { return }
    if let last = progress[device.number], last.walk == view.contentWalk, last.epoch == cursor.epoch,
      cursor.seq < last.seq
    {
      report(.monotone, "device \(device.number) went back from \(last.seq) to \(cursor.seq)")
    }
    progress[device.number] = (view.contentWalk, cursor.epoch, cursor.seq)
  }

  /// The device was replaced by a copy: its own past does not bind it any more.
  mutating func deviceReplaced(_ device: Device) { progress[device.number] = nil }

  /// A sync ended well: the device's content is what the server had at the device's cursor.
  mutating func caughtUp(_ device: Device, _ view: DeviceView) {
    guard let cursor = view.contentCursor, !view.isWalking else { return }
    guard let expected = contentAt[cursor] else {
      report(.noTornCommit, "device \(device.number) stands at a cursor that never was a head")
      return
    }
    if let difference = Self.difference(view.content, expected) {
      report(.noTornCommit, "device \(device.number) has not what its cursor says: \(difference)")
    }
  }

  /// A write stamped above what it was made on.
  mutating func wrote(_ key: LibraryKey, over old: VersionView?, _ new: VersionView?) {
    guard let new else { return report(.noLostWrite, "\(key.kind)/\(key.id) was written and is not there") }
    if let old, new.rank <= old.rank { report(.causality, "an edit of \(key.kind)/\(key.id) ranks below what it saw") }
    if let old, !new.rank.deleted, !old.rank.deleted, old.payload.contains(Foreign.members),
      !new.payload.contains(Foreign.members)
    {
      report(.roundTrip, "an edit of \(key.kind)/\(key.id) lost members that it does not know")
    }
  }

  static func difference(
    _ held: [ContentName: ContentView], _ expected: [ContentName: ContentView]
  ) -> String? {
    for name in Set(held.keys).union(expected.keys).sorted() where held[name] != expected[name] {
      return "\(name) is \(held[name].map { "at \($0.rev)" } ?? "absent") and not "
        + "\(expected[name].map { "at \($0.rev)" } ?? "absent")"
    }
    return nil
  }
}

/// What a newer client writes into a payload, and an older one must keep to the letter.
enum Foreign {
  static let members = #""x-ratio":1.10,"x-big":9007199254740993,"x-text":"\u00e9\/é""#
}

/// What a cursor says, read as its own server would (protocol, 2.1).
struct CursorParts: CustomStringConvertible {
  let epoch: Data
  let seq: Int64

  /// As in “4 of 5d0e”: the seq, and the history's first bytes.
  var description: String { "\(seq) of " + epoch.prefix(2).map { String($0, radix: 16) }.joined() }

  init?(_ text: String) {
    guard let data = Data(base64URL: text), data.count >= 38 else { return nil }
    epoch = data.subdata(in: 10..<26)
    seq = data.subdata(in: 26..<34).reduce(0) { $0 << 8 | Int64($1) }
  }
}
