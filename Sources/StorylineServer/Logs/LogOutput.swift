import Foundation
import Logging

/// Loggers of the running service.
enum LogOutput {
  static func logger(_ settings: LogSettings) -> Logger {
    let handle: FileHandle = settings.output == .stdout ? .standardOutput : .standardError
    let lock = NSLock()
    return Logger(label: "storylined") { _ in
      JSONLogHandler(level: Logger.Level(settings.level)) { line in
        // A log that cannot be written any more is no reason to stop serving.
        lock.withLock { try? handle.write(contentsOf: line) }
      }
    }
  }
}

extension Logger.Level {
  init(_ level: LogSettings.Level) {
    self =
      switch level {
      case .debug: .debug
      case .info: .info
      case .warning: .warning
      case .error: .error
      }
  }
}
