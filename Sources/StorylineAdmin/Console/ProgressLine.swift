import Dispatch
import Foundation
import Synchronization

/// The last line of a terminal, where a command that takes long says what it is doing.
///
/// Nothing is shown before two seconds, for what is over by then needs no words. The line never fills the terminal's
/// width, so it cannot wrap, and it is gone when something else is written or the command ends.
final class ProgressLine: Sendable {
  struct Step: Equatable, Sendable {
    var what: String
    var done = 0
    /// 0 where nobody knows how much there is.
    var all = 0
  }

  private struct State {
    var step: Step?
    /// When the work began that this step belongs to.
    var start = ContinuousClock.now
    var isShown = false
    var timer: (any DispatchSourceTimer)?
  }

  static let patience = Duration.seconds(2)
  private static let interval = DispatchTimeInterval.milliseconds(200)
  private static let longestBar = 30
  private static let shortestBar = 8

  private let width: @Sendable () -> Int
  private let write: @Sendable (String) -> Void
  private let patience: Duration
  // The timer's queue and the command's task both come here; that is what the lock is for.
  private let state = Mutex(State())
  private let queue = DispatchQueue(label: "storyline.progress")

  /// - Parameters:
  ///   - width: columns of the terminal, asked for each time: its window may change.
  ///   - write: takes what the terminal is to get.
  init(
    patience: Duration = ProgressLine.patience, width: @escaping @Sendable () -> Int,
    write: @escaping @Sendable (String) -> Void
  ) {
    self.patience = patience
    self.width = width
    self.write = write
  }

  func set(_ step: Step) {
    state.withLock { state in
      if state.step == nil { state.start = .now }
      state.step = step
      if state.timer == nil { state.timer = timer() }
    }
  }

  /// Takes the line away, before something else is written; the work goes on or is over.
  func end() {
    state.withLock { state in
      state.timer?.cancel()
      state.timer = nil
      state.step = nil
      guard state.isShown else { return }
      state.isShown = false
      write("\r\u{1B}[K")
    }
  }

  private func timer() -> any DispatchSourceTimer {
    let timer = DispatchSource.makeTimerSource(queue: queue)
    timer.schedule(deadline: .now(), repeating: Self.interval)
    timer.setEventHandler { [weak self] in self?.draw() }
    timer.resume()
    return timer
  }

  private func draw() {
    state.withLock { state in
      guard let step = state.step else { return }
      let passed = ContinuousClock.now - state.start
      guard passed >= patience else { return }
      state.isShown = true
      write("\r\u{1B}[K" + Self.text(step, seconds: Int(passed.components.seconds), width: width()))
    }
  }

  /// `██████░░░░ 3/12 commits`, or `reading the folder … 4 s`; at most one column less than there are.
  static func text(_ step: Step, seconds: Int, width: Int) -> String {
    let room = max(0, width - 1)
    let words = step.all > 0 ? "\(step.done)/\(step.all) \(step.what)" : "\(step.what) … \(seconds) s"
    let size = min(longestBar, room - words.count - 1)
    guard step.all > 0, size >= shortestBar else { return String(words.prefix(room)) }
    let filled = min(size, size * step.done / step.all)
    return String(repeating: "█", count: filled) + String(repeating: "░", count: size - filled) + " " + words
  }
}
