import Foundation
package import StorylineClient
package import StorylineModels
import StorylineScreen
import Synchronization

/// The app without a terminal, for benchmarks: what a key costs from its press to the bytes for the screen.
package final class MeasuredApp {
  private var state: AppState
  private var writer = FrameWriter(hasColours: true)
  private let library: LibraryWorker
  private let messages = Messages()
  private let clock = ContinuousClock()

  private final class Messages: Sendable {
    private let waiting = Mutex<[Message]>([])
    func put(_ message: Message) { waiting.withLock { $0.append(message) } }
    func takeAll() -> [Message] {
      waiting.withLock { waiting in
        defer { waiting = [] }
        return waiting
      }
    }
  }

  package init(replica: Replica, columns: Int, rows: Int, now: Timestamp) {
    let dates = DateWords(zone: .gmt)
    let messages = messages
    library = LibraryWorker(replica: replica, dates: dates) { messages.put($0) }
    var settings = TerminalSettings()
    settings.tourSeen = true
    state = AppState(
      size: ScreenSize(columns: columns, rows: rows), now: now, today: dates.dayText(now), dates: dates,
      settings: settings)
  }

  /// Reads everything, and says how long the loop was busy with each thing that was read.
  package func open() -> [Duration] {
    library.start()
    return settle()
  }

  /// Reads everything again, as after each thing that the sync brings.
  package func reload() -> [Duration] { [time(.replicaChanged)] + settle() }

  /// Presses keys by their names, and says how long the loop was busy with each and with what came of it.
  package func press(_ names: String...) -> [Duration] {
    names.flatMap { name in
      (Keymap.sequence(name) ?? []).flatMap { press in [time(.input(.key(press)))] + settle() }
    }
  }

  private func settle() -> [Duration] {
    var times: [Duration] = []
    while true {
      library.finish()
      let news = messages.takeAll()
      if news.isEmpty { return times }
      times += news.map(time)
    }
  }

  private func time(_ message: Message) -> Duration {
    clock.measure {
      for effect in state.update(message) { library.perform(effect) }
      _ = writer.bytes(for: AppView(state).frame())
    }
  }
}
