import Foundation
import StorylineModels

/// Takes the newest snapshot: manifest, parts in their order, and then all of it in one transaction.
///
/// It remembers nothing that counts: every step follows from the replica's file (`BootstrapStep`).
struct SnapshotSync {
  /// Snapshots that one sync tries; each is superseded at most a few times while it is downloaded.
  private static let manifestLimit = 4

  let replica: Replica
  let clock: any SyncClock
  let random: @Sendable () -> UInt64
  let partChunk: Int
  let observe: SyncObserver
  /// The id of the manifest that the server named when it refused our cursor.
  private var named: String?
  private var manifests = 0
  /// What gets around a cache that holds a damaged part, by digest.
  private var busts: [String: String] = [:]

  init(
    replica: Replica, clock: any SyncClock, random: @escaping @Sendable () -> UInt64, partChunk: Int, address: String?,
    observe: @escaping SyncObserver
  ) {
    self.replica = replica
    self.clock = clock
    self.random = random
    self.partChunk = max(1, partChunk)
    self.observe = observe
    named = address.flatMap(SnapshotRequests.manifestID(at:))
  }

  /// Whether a snapshot was taken; if the server has none that can be used, the content is to be walked in pages.
  mutating func run(_ courier: inout Courier, _ report: inout SyncReport) async throws -> Bool {
    while true {
      let step = try replica.storage.read(BootstrapStep.next)
      switch step {
      case .done: return true
      case .manifest:
        guard try await begin(&courier, instead: nil) else { return false }
      case .download(let part, let start):
        guard try await download(part, from: start, &courier) else { return false }
      case .stage(let part):
        guard try await stage(part, &courier, &report) else { return false }
      case .finish: try await finish(&report)
      }
    }
  }

  /// Fetches a manifest other than `old`; false if there is none that can be used.
  private mutating func begin(_ courier: inout Courier, instead old: String?) async throws -> Bool {
    manifests += 1
    let id = named
    named = nil
    guard manifests <= Self.manifestLimit,
      let manifest = try await SnapshotRequests.manifest(id: id, &courier), manifest.id != old, manifest.isUsable
    else {
      try await replica.storage.writeAsync { try AbandonBootstrap().run(in: $0) }
      return false
    }
    try await replica.storage.writeAsync { try BeginBootstrap(manifest: manifest).run(in: $0) }
    await observe(.bootstrapAdvanced)
    return true
  }

  private mutating func download(
    _ part: SnapshotManifest.Part, from start: Int, _ courier: inout Courier
  ) async throws -> Bool {
    let bytes = try await SnapshotRequests.bytes(
      of: part, from: start, count: partChunk, bust: busts[part.sha256], &courier)
    guard let bytes else { return try await goOver(&courier) }
    let operation = KeepPartBytes(sha256: part.sha256, start: start, bytes: bytes)
    try await replica.storage.writeAsync { try operation.run(in: $0) }
    await observe(.bootstrapAdvanced)
    return true
  }

  private mutating func stage(
    _ part: SnapshotManifest.Part, _ courier: inout Courier, _ report: inout SyncReport
  ) async throws -> Bool {
    switch try await replica.storage.writeAsync({ try StagePart(part: part).run(in: $0) }) {
    case .staged(let applied):
      report.contentChanged += applied
      await observe(.bootstrapAdvanced)
      return true
    case .damaged where busts[part.sha256] == nil:
      // Perhaps a cache on the way holds it wrong: once more, past that cache (edge case 23).
      busts[part.sha256] = Self.hex(random())
      return true
    case .damaged, .unreadable: return try await goOver(&courier)
    }
  }

  /// This snapshot cannot be had any more; goes on with the newest one, which shares most parts with it.
  private mutating func goOver(_ courier: inout Courier) async throws -> Bool {
    let present = try replica.storage.read(BootstrapRow.fetch)?.manifest.id
    return try await begin(&courier, instead: present)
  }

  private func finish(_ report: inout SyncReport) async throws {
    let operation = FinishBootstrap(wall: clock.now())
    let outcome = try await replica.storage.writeAsync { try operation.run(in: $0) }
    report.contentChanged += outcome.changed
    report.contentSwept += outcome.swept
  }

  private static func hex(_ bits: UInt64) -> String { String(format: "%08x", UInt32(truncatingIfNeeded: bits >> 32)) }
}

extension SnapshotManifest {
  /// Whether this version can read its parts, and hold one of them in memory.
  var isUsable: Bool {
    format == Self.format && !parts.isEmpty
      && parts.allSatisfy { part in
        (1...SnapshotPart.maximumBytes).contains(part.bytes) && part.rows >= 0 && part.sha256.utf8.count == 64
          && part.sha256.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
      }
  }
}
