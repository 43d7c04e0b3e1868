import StorylineClient
import StorylineModels

/// How the sync stands, in a few quiet words.
struct Indicator {
  var state: AppState

  var text: String {
    [waiting, sync].compactMap(\.self).filter { !$0.isEmpty }.joined(separator: " · ")
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
