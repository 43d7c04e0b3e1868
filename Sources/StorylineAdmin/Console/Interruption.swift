public import Dispatch
import Foundation
import Synchronization

/// Whether a person asked to stop, by Ctrl-C.
///
/// Most commands end at once. One that publishes goes on to the end of its commit, says what was done, and ends with
/// 130, as a shell expects; who asks a second time does not wait for that.
public final class Interruption: Sendable {
  private struct State {
    var isAsked = false
    /// Whether somebody looks at `isAsked` and stops where nothing is half done.
    var isAwaited = false
    var farewell: String?
  }

  private let state = Mutex(State())

  public init() {}

  /// Whether to stop at the next place where nothing is half done.
  var isAsked: Bool { state.withLock(\.isAsked) }

  /// What is said if the command is stopped at once from here on.
  func willSay(_ farewell: String?) { state.withLock { $0.farewell = farewell } }

  /// From here on somebody looks at `isAsked`.
  func isAwaited(_ isAwaited: Bool) { state.withLock { $0.isAwaited = isAwaited } }

  /// Somebody asks.
  ///
  /// - Returns: words for him, and whether the command stops by itself.
  public func ask() -> (words: String?, isAwaited: Bool) {
    state.withLock { state in
      let isFirst = !state.isAsked
      state.isAsked = true
      guard state.isAwaited, isFirst else { return (state.farewell, false) }
      return ("stopping after this commit; Ctrl-C again stops at once", true)
    }
  }
}

extension AdminTool {
  /// Lets Ctrl-C stop this process's command in its way. To be called once, before it runs.
  ///
  /// - Returns: to be kept as long as the command runs.
  public static func listenForCtrlC(_ interruption: Interruption, console: Console) -> any DispatchSourceSignal {
    signal(SIGINT, SIG_IGN)
    let source = DispatchSource.makeSignalSource(signal: SIGINT, queue: DispatchQueue(label: "storyline.interruption"))
    source.setEventHandler {
      let answer = interruption.ask()
      // The terminal has written “^C” into the line.
      console.clear()
      if let words = answer.words { console.err(words) }
      guard !answer.isAwaited else { return }
      end()
    }
    source.resume()
    return source
  }

  /// As SIGINT would have ended the process, for a shell that looks at that. Threads of a queue have signals blocked.
  private static func end() -> Never {
    signal(SIGINT, SIG_DFL)
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, SIGINT)
    pthread_sigmask(SIG_UNBLOCK, &signals, nil)
    raise(SIGINT)
    _exit(130)
  }
}
