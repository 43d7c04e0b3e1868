import Foundation
import StorylineClient
import StorylineClientNIO
import StorylineModels
import StorylineStore

extension DeskOptions {
  /// The same places as those where a story is published, for what is done about devices.
  func withDeviceDesk<Value>(
    _ context: AdminContext, _ work: (any DeviceDesk) async throws -> Value
  ) async throws -> Value {
    guard let server, let credentials else { return try await database.file(context).withDeviceDesk(context, work) }
    return try await Self.withTransport(to: server, credentials: credentials) { transport, name in
      try await work(ServiceDeviceDesk(transport: transport, name: name))
    }
  }
}

extension DatabaseFile {
  /// The database itself under its lock, or the running service that has it.
  func withDeviceDesk<Value>(
    _ context: AdminContext, _ work: (any DeviceDesk) async throws -> Value
  ) async throws -> Value {
    guard exists else { throw AdminFailure("there is no database at \(path); --database names another one") }
    do {
      return try await withOpenStore { try await work(StoreDeviceDesk(store: $0, now: context.now)) }
    } catch StoreError.locked {
      return try await withRunningService { transport in
        try await work(ServiceDeviceDesk(transport: transport, name: "the running storylined"))
      }
    } catch let error as StoreError {
      throw AdminFailure(message(error))
    }
  }
}
