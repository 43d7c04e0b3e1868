import Foundation
import StorylineModels

// Ring three: everything that can go wrong below, in terms of what the app should do. Nowhere else is it mapped.

/// What an answer or its absence means for the request that was made.
enum Verdict {
  case success
  /// The server refuses this request, and would again; the stream decides what to do.
  case refused(Problem)
  /// It may work later; if it does not, `error` is what to tell.
  case later(SyncError, afterSeconds: Int?)
  /// Nothing that this sync can do.
  case final(SyncError)
}

/// A complete answer that is none of our server's.
struct DamagedReply: Error {
  let why: String
}

extension Verdict {
  /// Only network errors, 408, 425, 429 and 5xx are worth repeating (protocol, 2.11).
  init(_ response: TransportResponse) {
    let problem = Problem(response)
    let wait = response.headers["retry-after"].flatMap { Int($0) }.flatMap { $0 >= 0 ? $0 : nil }
    switch response.status {
    case 200..<300: self = .success
    case 401: self = .final(.signInNeeded(problem.words))
    case 426: self = .final(.updateApp(problem.words))
    case 429, 503: self = .later(.wait(seconds: wait ?? 60), afterSeconds: wait)
    case 408, 425, 500..<600: self = .later(.problem(problem), afterSeconds: wait)
    case 400..<500 where problem.code == .clientTooOld: self = .final(.updateApp(problem.words))
    case 410 where problem.code == .accountDeleted: self = .final(.accountDeleted(problem.words))
    case 400..<500: self = .refused(problem)
    default: self = .later(.damagedReply("status \(response.status), as captive portals send it"), afterSeconds: nil)
    }
  }

  init(_ error: any Error) {
    switch error {
    case TransportError.untrusted(let why): self = .final(.untrusted(why))
    case TransportError.unreachable(let why): self = .later(.offline(why), afterSeconds: nil)
    case TransportError.cut(let why): self = .later(.offline(why), afterSeconds: nil)
    case TransportError.timedOut: self = .later(.offline("the server took too long to answer"), afterSeconds: nil)
    case let error as DamagedReply: self = .later(.damagedReply(error.why), afterSeconds: nil)
    case let error as JSONSyntaxError: self = .later(.damagedReply(error.description), afterSeconds: nil)
    case is DecodingError: self = .later(.damagedReply("not the shape of our answers"), afterSeconds: nil)
    default: self = .final(SyncError(error))
    }
  }
}

extension SyncError {
  /// What the app should do about any error that a sync ends with.
  init(_ error: any Error) {
    switch error {
    case let error as SyncError: self = error
    case ReplicaError.otherAccount: self = .otherAccount(String(describing: error))
    case ReplicaError.contradiction(let what): self = .damagedReply(what)
    case let error as ReplicaError: self = .storage(error.description)
    default: self = .storage(String(describing: error))
    }
  }

  /// Of two failures of one sync, the one that needs more of the reader is told.
  var gravity: Int {
    switch self {
    case .accountDeleted: 9
    case .untrusted: 8
    case .otherAccount: 7
    case .storage: 6
    case .signInNeeded: 5
    case .updateApp: 4
    case .problem: 3
    case .damagedReply: 2
    case .wait: 1
    case .offline: 0
    }
  }
}

extension Problem {
  /// The problem that a response tells of; one without a problem document goes by its status.
  init(_ response: TransportResponse) {
    let isProblem = response.headers["content-type"]?.lowercased().hasPrefix("application/problem+json") ?? false
    if isProblem, var told = try? StorylineJSON.decode(Problem.self, from: response.body) {
      told.status = response.status
      self = told
      return
    }
    self.init(Code(rawValue: "http-\(response.status)"))
    title = "The server answered with status \(response.status)"
    status = response.status
  }

  /// Without a full stop: it goes into sentences of those who tell it.
  var words: String {
    let text = [title, detail].compactMap(\.self).joined(separator: ": ")
    return text.hasSuffix(".") ? String(text.dropLast()) : text
  }
}
