import StorylineClient
import StorylineModels
import StorylineScreen

/// How the sync stands, in a few quiet words.
struct Indicator {
  var state: AppState

  /// The most that `width` columns hold: what keeps the sync from going on is told before what waits for it.
  func text(width: Int) -> String {
    let whole = [[waiting, sync], [waiting, shortSync], [sync], [shortSync]].map { words in
      words.compactMap(\.self).filter { !$0.isEmpty }.joined(separator: " · ")
    }
    return whole.first { TextWidth.of($0) <= width } ?? Columns.fitted(whole[3], to: width)
  }

  /// Where there is no room for all of it.
  private var shortSync: String? {
    guard let words = sync else { return nil }
    switch state.sync?.state {
    case .signedOut: return "signed out"
    case .blocked: return "update needed"
    default:
      return words.replacing("offline since", with: "offline").replacing("sync failed, again at", with: "failed, again")
    }
  }

  private var waiting: String? {
    let pending = state.sync?.pending ?? state.data.status?.pending ?? 0
    return pending > 0 && state.standing != "demo" ? "\(pending) waiting" : nil
  }

  private var sync: String? {
    if let standing = state.standing { return standing }
    guard let sync = state.sync else { return lastSynced(state.data.status?.lastSyncedAt) }
    switch sync.state {
    case .empty: return "not synced yet"
    case .bootstrapping: return "⟳ fetching" + percent(sync.bootstrap)
    case .catchingUp, .reAnchoring: return offline ?? "⟳ syncing"
    case .live: return lastSynced(sync.lastSyncedAt)
    case .paused(let pause):
      switch pause.why {
      case .offline: return offline ?? "offline"
      case .failed: return "sync failed" + (pause.until.map { ", again at \(time($0))" } ?? "")
      case .background, .stopped: return lastSynced(sync.lastSyncedAt)
      }
    case .signedOut: return "signed out: storyline login --again"
    case .blocked: return "update storyline to sync"
    case .accountDeleted: return "account deleted"
    }
  }

  private var offline: String? { state.offlineSince.map { "offline since \(time($0))" } }

  private func lastSynced(_ moment: Timestamp?) -> String? {
    moment.map { "⟳ " + state.dates.ago($0, now: state.now).replacing(" minutes", with: " min") }
  }

  private func percent(_ progress: BootstrapProgress?) -> String {
    guard let progress, progress.bytes > 0 else { return "" }
    return " \(100 * progress.bytesDone / progress.bytes) %"
  }

  private func time(_ moment: Timestamp) -> String { state.dates.time(moment) }
}
