import Crypto
import Foundation
import StorylineModels

/// A mutation whose envelope was found in order; its payload was digested and not looked into.
struct CheckedMutation: Sendable {
  let key: LibraryKey
  let rank: Rank
  let enc: String
  let payload: String
  /// What must not have been changed since, if that was asked for.
  let guardedBase: Stamp?

  var bytes: Int64 { Int64(payload.utf8.count) }

  /// - Throws: the `Problem` that goes with the result `rejected`.
  init(_ mutation: Mutation, limits: ServiceLimits) throws(Problem) {
    key = LibraryKey(kind: mutation.kind, id: mutation.id)
    let deleted = mutation.deleted ?? false
    enc = mutation.enc ?? "json"
    payload = mutation.payload ?? ""
    guard key.kind.isWellFormed else { throw Self.invalid("kind: not [a-z][a-z0-9._-]{0,31}") }
    guard key.isWellFormed else { throw Self.invalid("id: not 1 to 128 printable ASCII characters") }
    guard let stamp = Stamp(mutation.stamp) else { throw Self.invalid("stamp: not a stamp") }
    guard LibraryKind(rawValue: enc).isWellFormed else { throw Self.invalid("enc: not [a-z][a-z0-9._-]{0,31}") }
    guard deleted ? payload.isEmpty : mutation.payload != nil else {
      throw Self.invalid(deleted ? "payload: a deletion has none" : "payload: missing")
    }
    // SQLite would keep it, PostgreSQL refuses it: no store takes what another cannot.
    guard !payload.utf8.contains(0) else { throw Self.invalid("payload: contains a NUL") }
    guard payload.utf8.count <= limits.payloadBytes else {
      throw Problem(.payloadTooLarge, detail: "payload: too many bytes", limit: limits.payloadBytes)
    }
    guardedBase = mutation.guarded == true ? mutation.base.flatMap(Stamp.init) ?? .zero : nil
    rank = Rank(stamp: stamp, deleted: deleted, payloadHash: Data(SHA256.hash(data: Data(payload.utf8))))
  }

  private static func invalid(_ detail: String) -> Problem { Problem(.mutationInvalid, detail: detail) }
}
