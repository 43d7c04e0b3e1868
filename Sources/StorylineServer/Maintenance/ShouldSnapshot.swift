import StorylineModels
import StorylineStore

/// Whether it is time for a new snapshot.
///
/// At once where a device would find none, or one that holds what was taken down; else when walking the log from the
/// newest one has become long, or it has been incomplete for long.
func shouldSnapshot(_ state: SnapshotState, settings: MaintenanceSettings, now: Timestamp) -> Bool {
  guard state.hasContent else { return false }
  if state.newest == nil || state.holdsTakenDown || state.rowsBehind > settings.snapshotRows { return true }
  guard let since = state.behindSince else { return false }
  return now.milliseconds - since.milliseconds > settings.snapshotAge.components.seconds * 1000
}
