import Logging
import StorylineModels
import StorylineStore

/// Tells the operator what the store noticed: a line in the log and a count, without anybody's id.
struct StoreAlarms: Sendable {
  let logger: Logger
  let metrics: ServiceMetrics

  @Sendable func report(_ event: StoreEvent) {
    metrics.count(event)
    switch event {
    case .restoreFound(let why):
      logger.warning("the database is an older copy; every device starts over", metadata: ["because": .string(why)])
    case .erasuresRepeated(let count):
      logger.warning("erasures of the ledger were repeated", metadata: ["count": .stringConvertible(count)])
    case .strangeCursor(let stream):
      logger.error(
        "a device knows a history that this database does not: was a backup put back without “restore”?",
        metadata: ["stream": .string(stream.rawValue)])
    case .foreignCursor(let stream):
      logger.warning("a cursor of another stream was refused", metadata: ["stream": .string(stream.rawValue)])
    case .refreshTokenReused:
      logger.warning("a refresh token came back after its successor was in use; its device was signed out")
    case .fingerprintNotWritten(let why):
      logger.error("the database's fingerprint cannot be written", metadata: ["error": .string(why)])
    }
  }
}
