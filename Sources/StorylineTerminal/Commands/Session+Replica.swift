import Foundation
import StorylineClient

extension Session {
  /// The replica with something in it, or the reason why there is nothing to read.
  func readableReplica() throws -> Replica {
    // A reading command makes no file: whoever has not signed in leaves nothing behind.
    guard FileManager.default.fileExists(atPath: home.replicaPath) else { throw try emptiness() }
    let replica = try openReplica()
    guard try replica.status().hasContent else { throw try emptiness() }
    return replica
  }

  /// The replica, made if there is none.
  func openReplica() throws -> Replica {
    do {
      return try openUndamaged()
    } catch ReplicaError.damaged(let why) {
      throw CommandFailure(
        .error, "\(home.replicaPath) is damaged (\(why)); run “storyline repair”: it keeps every mark that can be read")
    }
  }

  /// The same for a person in front of the screen, who is asked what to do about a damaged one.
  func openOrRepairReplica() throws -> Replica {
    do {
      return try openUndamaged()
    } catch ReplicaError.damaged(let why) {
      try note("The copy on this device, \(home.replicaPath), is damaged: \(why)")
      try environment.errors.write("Repair it now? Every mark that can be read is kept. [Y/n] ")
      let answer = (environment.readLine() ?? "n").trimmingCharacters(in: .whitespaces).lowercased()
      guard ["", "y", "yes"].contains(answer) else {
        throw CommandFailure(.error, "left as it is; “storyline repair” repairs it later")
      }
      let report = try rebuildReplica()
      try note(RepairWords(report: report).text)
      return try openUndamaged()
    }
  }

  /// Puts a new replica, with the marks that can be read, in the place of the present one.
  func rebuildReplica() throws -> RebuildReport {
    try lease.takeAlone(at: home.replicaPath)
    return try Replica.rebuild(at: home.replicaPath, now: environment.clock.now)
  }

  /// - Throws: `ReplicaError.damaged`, else `CommandFailure`.
  func openUndamaged() throws -> Replica {
    if FileManager.default.fileExists(atPath: home.replicaPath) { try lease.share(at: home.replicaPath) }
    do {
      let replica = try Replica.open(at: home.replicaPath, now: environment.clock.now)
      try lease.share(at: home.replicaPath)
      return replica
    } catch ReplicaError.storage(let why) {
      throw CommandFailure(.error, "cannot open \(home.replicaPath): \(why); nothing in it was changed")
    }
  }

  private func emptiness() throws -> CommandFailure {
    try home.keeper.load() == nil ? .notSignedIn : .neverSynced
  }
}
