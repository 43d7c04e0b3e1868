import Foundation
import StorylineModels
import StorylineStore

/// The server's database, opened for as long as one command needs it.
struct DatabaseFile {
  let path: String
  let pepperFile: String
  let erasureLedger: String
  private let editorSocket: String?
  private let context: AdminContext

  init(
    path: String, pepperFile: String?, erasureLedger: String?, editorSocket: String? = nil, _ context: AdminContext
  ) {
    self.path = path
    self.pepperFile = pepperFile ?? path + ".pepper"
    self.erasureLedger = erasureLedger ?? path + ".erasures"
    self.editorSocket = editorSocket
    self.context = context
  }

  var exists: Bool { FileManager.default.fileExists(atPath: path) }

  /// What is published; nothing if there is no database yet, and none is made.
  func records() async throws -> [ContentChange] {
    guard exists else { return [] }
    return try await withStore { try await $0.contentRecords() }
  }

  /// Where a running service of the same user takes commits.
  var socket: String { editorSocket ?? path + ".socket" }

  /// Opens the store under its lock, and closes it whatever happens.
  func withStore<Value>(_ work: (StoryStore) async throws -> Value) async throws -> Value {
    do {
      return try await withOpenStore(work)
    } catch let error as StoreError {
      throw AdminFailure(message(error))
    }
  }

  /// The same, with the store's own errors.
  func withOpenStore<Value>(_ work: (StoryStore) async throws -> Value) async throws -> Value {
    let store = try StoryStore.open(at: path, options: try options())
    let result: Value
    do {
      result = try await work(store)
    } catch {
      try? store.close()
      throw error
    }
    try store.close()
    return result
  }

  func backUp(to target: String) throws -> BackupReport {
    try explaining { try StoryStore.backUp(path, to: target) }
  }

  func restore(from backup: String) throws -> RestoreReport {
    try explaining { try StoryStore.restore(path, from: backup, options: try options()) }
  }

  func checkRestore(from backup: String) throws -> (report: RestoreReport, verification: VerificationReport) {
    // To make one here would hide that it is lost.
    guard FileManager.default.fileExists(atPath: pepperFile) else {
      throw AdminFailure(
        "\(pepperFile): no such file; without the pepper that the backup was made beside, no device of it is let in")
    }
    return try explaining { try StoryStore.checkRestore(path, from: backup, options: try options()) }
  }

  func verify() throws -> VerificationReport { try explaining { try StoryStore.verify(path) } }

  func statistics() throws -> StoreStatistics {
    try explaining { try StoryStore.statistics(path, now: context.now()) }
  }

  private func options() throws -> StoreOptions {
    var options = StoreOptions(pepper: try Pepper.loadOrCreate(at: pepperFile), now: context.now)
    options.erasures = .file(at: erasureLedger)
    options.report = { [console = context.console] event in
      if case .restoreFound(let why) = event {
        console.err("note: the database is an older copy (\(why)); every device starts over")
      }
    }
    return options
  }

  private func explaining<Value>(_ work: () throws -> Value) throws -> Value {
    do {
      return try work()
    } catch let error as StoreError {
      throw AdminFailure(message(error))
    }
  }

  /// - Parameter holder: the program that has the database; nil if nobody knows, or has it any more.
  func lockedWords(holder: String?) -> String {
    guard holder != "storyline-admin" else {
      return "another storyline-admin is at work on the database \(path); run this command again when it is done"
    }
    return "another process has the database \(path) open, most likely storylined; stop it, run this command again, "
      + "then start it" + socketHint
  }

  /// What is done through the socket could be done while the service runs.
  private var socketHint: String {
    guard !FileManager.default.fileExists(atPath: socket) else { return "" }
    return
      " (while it runs it publishes and invites through its socket, and \(socket) is not there: --editor-socket names "
      + "another one)"
  }

  func message(_ error: StoreError) -> String {
    switch error {
    case .locked:
      lockedWords(holder: LockCheck(file: self).holderName())
    case .diskFull:
      "\(path): no space is left on the disk; make room, and run this command again: what it did is not done twice"
    case .commitTooLarge(let rows, let bytes, let rowLimit, let byteLimit):
      "the commit would have \(rows) rows and \(bytes) bytes, more than the \(rowLimit) rows or \(byteLimit) bytes of "
        + "one commit; nothing was changed: apply a part of the folder first"
    default: "\(path): \(error)"
    }
  }
}
