import Foundation
import StorylineModels
import StorylineStore

/// The server's database, opened for as long as one command needs it.
struct DatabaseFile {
  let path: String
  private let pepperFile: String
  private let context: AdminContext

  init(path: String, pepperFile: String?, _ context: AdminContext) {
    self.path = path
    self.pepperFile = pepperFile ?? path + ".pepper"
    self.context = context
  }

  var exists: Bool { FileManager.default.fileExists(atPath: path) }

  /// What is published; nothing if there is no database yet, and none is made.
  func records() async throws -> [ContentChange] {
    guard exists else { return [] }
    return try await withStore { try await $0.contentRecords() }
  }

  /// Opens the store under its lock, and closes it whatever happens.
  func withStore<Value>(_ work: (StoryStore) async throws -> Value) async throws -> Value {
    do {
      let pepper = try Pepper.loadOrCreate(at: pepperFile)
      let store = try StoryStore.open(at: path, options: StoreOptions(pepper: pepper, now: context.now))
      let result: Value
      do {
        result = try await work(store)
      } catch {
        try? store.close()
        throw error
      }
      try store.close()
      return result
    } catch let error as StoreError {
      throw AdminFailure(message(error))
    }
  }

  private func message(_ error: StoreError) -> String {
    switch error {
    case .locked:
      "another process has the database \(path) open, most likely storylined; stop it, run this command again, "
        + "then start it"
    case .commitTooLarge(let rows, let bytes, let rowLimit, let byteLimit):
      "the commit would have \(rows) rows and \(bytes) bytes, more than the \(rowLimit) rows or \(byteLimit) bytes of "
        + "one commit; nothing was changed: apply a part of the folder first"
    default: "\(path): \(error)"
    }
  }
}
