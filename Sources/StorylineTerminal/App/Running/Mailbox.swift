import StorylineScreen
import Synchronization

/// Messages on their way from other threads to the one that draws.
final class Mailbox: Sendable {
  private let messages = Mutex<[Message]>([])
  private let waker: Terminal.Waker

  init(waker: Terminal.Waker) { self.waker = waker }

  func post(_ message: Message) {
    messages.withLock { $0.append(message) }
    waker.wake()
  }

  func takeAll() -> [Message] {
    messages.withLock { messages in
      defer { messages = [] }
      return messages
    }
  }
}
