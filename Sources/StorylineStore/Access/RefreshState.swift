import Foundation
import StorylineModels

/// What is kept of a device's right to new access tokens: digests and a sealed text, nothing that could be presented.
struct RefreshState: Hashable, Sendable {
  /// The thumbprint of the key that the token is bound to; such a token is never exchanged for another one. nil for a
  /// device without a key, whose tokens follow one another.
  var key: Data?
  /// Digest of the token that is valid now.
  var current: Data
  /// The one that was given out for `current` and that nobody has used yet.
  var successor: Successor?
  /// The one before `current`.
  var spent: Spent?
  /// When it ends if nobody uses it.
  var idleUntil: Timestamp
  /// When it ends however much it is used.
  var endsAt: Timestamp

  /// A token that follows another one, as the store knows it.
  struct Successor: Hashable, Sendable {
    var digest: Data
    /// Its text, sealed under the token before it: whoever presents that can have it, and nobody else.
    var sealed: Data
  }

  struct Spent: Hashable, Sendable {
    var digest: Data
    /// The text of the token after it, sealed under this one.
    var sealed: Data
    var at: Timestamp
  }
}

/// A refresh token as it came, and the key that its sender proved to have.
struct PresentedToken: Hashable, Sendable {
  var digest: Data
  var key: Data?
}

/// What to do about a refresh token.
enum RefreshDecision: Hashable, Sendable {
  /// It is of no use, and nothing changes.
  case refuse
  /// Two hold what only one may hold: the device is signed out.
  case revoke
  /// The token stays as it is: it is bound to a key, or so new that another rotation would end the grace of the one
  /// before it.
  case keep
  /// Make a successor and remember it beside the token that was presented.
  case rotate
  /// The token presented is the successor, which by this becomes the current one, and stays for now.
  case confirm
  /// Give out again what was given out for this token before: here is it sealed.
  case repeatSuccessor(sealed: Data)
}

/// The rules by which a refresh token is taken, without any input or output.
///
/// A token without a key is exchanged for its successor. Until somebody uses that one, the old token gets the same
/// successor again, because the answer may have been lost; after that it is spent, and its return after more than
/// `grace` tells that two hold it (RFC 9700, section 4.14.2; FAPI 2.0, section 5.3.2.1). Rotations are at least `grace`
/// apart, so that a device whose clock makes it ask twice in a minute does not cut the grace of a request on its way.
enum RefreshRules {
  /// For how long a spent token still gets its successor: two processes of one device may have read it together.
  static let grace: Int64 = 60_000

  static func decide(_ state: RefreshState, _ presented: PresentedToken, now: Timestamp) -> RefreshDecision {
    guard now < state.idleUntil, now < state.endsAt else { return .refuse }
    if let key = state.key {
      return presented.digest == state.current && presented.key == key ? .keep : .refuse
    }
    let isInGrace = state.spent.map { now.milliseconds - $0.at.milliseconds <= grace } ?? false
    if presented.digest == state.current {
      if let successor = state.successor { return .repeatSuccessor(sealed: successor.sealed) }
      return isInGrace ? .keep : .rotate
    }
    if presented.digest == state.successor?.digest { return .confirm }
    if let spent = state.spent, presented.digest == spent.digest, isInGrace {
      return .repeatSuccessor(sealed: spent.sealed)
    }
    return .revoke
  }

  /// The state after the token with this digest, or an access token that came with it, was used.
  static func confirmed(_ state: RefreshState, by digest: Data, now: Timestamp) -> RefreshState {
    guard let successor = state.successor, successor.digest == digest else { return state }
    var state = state
    state.spent = .init(digest: state.current, sealed: successor.sealed, at: now)
    state.current = successor.digest
    state.successor = nil
    return state
  }

  /// The state after `decision` was carried out.
  ///
  /// - Parameters:
  ///   - next: the new token, for `rotate`.
  ///   - idle: how long it may lie unused from now on, in milliseconds. It never shortens what was promised: a clock
  ///     that was set back for a day must not sign anybody out when it is right again.
  static func carriedOut(
    _ decision: RefreshDecision, on state: RefreshState, next: RefreshState.Successor?, idle: Int64, now: Timestamp
  ) -> RefreshState {
    var state = state
    switch decision {
    case .refuse, .revoke: return state
    case .keep, .repeatSuccessor: break
    case .rotate: state.successor = next
    case .confirm:
      if let digest = state.successor?.digest { state = confirmed(state, by: digest, now: now) }
    }
    state.idleUntil = max(state.idleUntil, now.advanced(byMilliseconds: idle))
    return state
  }
}
