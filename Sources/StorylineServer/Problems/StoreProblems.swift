import HTTPTypes
import StorylineModels
import StorylineStore

extension Refusal {
  /// What a caller may know of a store's error. The only place that maps one to the other.
  init(_ error: StoreError, policy: CachePolicy) {
    switch error {
    case .cursorInvalid(let why):
      self.init(problem: Problem(.cursorInvalid, detail: "The cursor is not valid: \(why)."))
    case .cursorExpired(let id):
      self = .cursorExpired(snapshot: id, policy: policy)
    case .epochChanged(let stream, let epoch, let reasons, let purgedBefore):
      self.init(
        problem: Problem(
          .epochChanged, stream: stream, epoch: epoch, reasons: reasons, purgedBefore: purgedBefore,
          action: "reanchor"))
    case .accountDeleted(let time):
      self.init(problem: Problem(.accountDeleted, erasedAt: time))
    case .unknownExport:
      self.init(problem: Problem(.notFound, detail: "There is no such export, or its time is over."))
    case .invalidGrant:
      self.init(problem: Problem(.unauthorized))
    case .invalidScope, .keyNeeded:
      self.init(problem: Problem(.forbidden))
    case .unknownDevice:
      self.init(problem: Problem(.notFound, detail: "There is no such device."))
    case .malformed(let what):
      self.init(problem: Problem(.badRequest, detail: what))
    case .tooManyMutations(let limit):
      self.init(problem: Problem(.requestTooLarge, detail: "Too many mutations.", limit: limit))
    case .unknownReader:
      self = .unauthorized(.invalid)
    case .conflict(let found):
      let conflicts = found.map { Problem.Conflict(kind: $0.kind, id: $0.id, rev: $0.rev ?? 0) }
      self.init(
        problem: Problem(
          .conflict, detail: "Nothing was published: look at what changed, and try again.", conflicts: conflicts))
    case .notesMissing(let notes):
      let names = notes.prefix(10).map(\.article).joined(separator: ", ")
      self.init(
        problem: Problem(
          .commitInvalid,
          detail: "Readers must be told what changed in \(names): send an update about each in the same commit."))
    case .mediaInvalid(let why):
      self.init(problem: Problem(.mediaInvalid, detail: why.prefix(1).uppercased() + why.dropFirst() + "."))
    case .mediaMissing(let media):
      let names = media.prefix(10).map(\.description).joined(separator: ", ")
      self.init(
        problem: Problem(.commitInvalid, detail: "Send the images first that are named and not here: \(names)."))
    case .mediaGone:
      self.init(problem: Problem(.notFound, detail: "There is no such image."))
    case .mediaShown:
      self.init(
        problem: Problem(.mediaShown, detail: ("\(error)".prefix(1).uppercased() + "\(error)".dropFirst()) + "."))
    case .requestKeyReused:
      self.init(problem: Problem(.keyReused, detail: "Take a new “Idempotency-Key” for another commit."))
    case .unknownCommit:
      self.init(problem: Problem(.notFound, detail: "There is no such commit."))
    case .commitTooLarge(_, _, let rows, let bytes):
      self.init(
        problem: Problem(
          .requestTooLarge, detail: "A commit has at most \(rows) rows and \(bytes) bytes.", limit: bytes))
    case .diskFull, .diskFailed:
      self = .unavailable(detail: "Nothing can be stored now.", retryAfter: 60)
    case .busy, .closed:
      self = .unavailable(detail: "The store does not answer now.", retryAfter: 1)
    // Whether the token was remembered or not: a store that cannot be read is an outage, and an operator's to mend.
    case .damaged, .permissions, .notDurable, .locked, .newerSchema, .foreignDatabase:
      self = .unavailable(detail: "The store cannot be used now.", retryAfter: 60)
    case .nothingPublished:
      self.init(problem: Problem(.notFound, detail: "Nothing is published yet."))
    case .takeDownUnfinished, .unexpected:
      self.init(problem: Problem(.internalError, detail: "Tell the operator the value of “instance”."))
    }
  }

  /// Names the snapshot itself, so that an old pointer in some cache does not lead back to where the caller comes from.
  private static func cursorExpired(snapshot id: String?, policy: CachePolicy) -> Refusal {
    let detail =
      id == nil
      ? "There is no snapshot to start again from; ask again in a minute." : "Start again from the snapshot."
    let problem = Problem(
      .cursorExpired, detail: detail, stream: .content, action: "bootstrap",
      snapshot: id.map { Route.snapshotManifest.path(id: $0) })
    // Without a snapshot nobody can do what it says, so nobody is to keep it.
    return Refusal(problem: problem, headers: id == nil ? [:] : [.cacheControl: policy.expiredCursor])
  }
}
