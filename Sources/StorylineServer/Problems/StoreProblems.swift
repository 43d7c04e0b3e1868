import HTTPTypes
import StorylineModels
import StorylineStore

extension Refusal {
  /// What a caller may know of a store's error. The only place that maps one to the other.
  init(_ error: StoreError, policy: CachePolicy) {
    switch error {
    case .cursorInvalid(let why):
      self.init(problem: Problem(.cursorInvalid, detail: "The cursor is not valid: \(why)."))
    case .cursorExpired:
      self.init(
        problem: Problem(
          .cursorExpired, detail: "Start again with after=\(Cursor.start).", stream: .content, action: "bootstrap"),
        headers: [.cacheControl: policy.expiredCursor])
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
    case .malformed(let what):
      self.init(problem: Problem(.badRequest, detail: what))
    case .tooManyMutations(let limit):
      self.init(problem: Problem(.requestTooLarge, detail: "Too many mutations.", limit: limit))
    case .unknownReader:
      self = .unauthorized(.invalid)
    case .diskFull, .diskFailed:
      self = .unavailable(detail: "Nothing can be stored now.", retryAfter: 60)
    case .busy, .closed:
      self = .unavailable(detail: "The store does not answer now.", retryAfter: 1)
    case .locked, .newerSchema, .foreignDatabase, .commitTooLarge, .damaged, .permissions, .notDurable, .unexpected:
      self.init(problem: Problem(.internalError, detail: "Tell the operator the value of “instance”."))
    }
  }
}
