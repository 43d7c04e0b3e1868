import Foundation
import GRDB
import StorylineClient
import StorylineModels
import StorylineSQLite
import StorylineStore

/// What every history begins with, made once: a server's database where two readers enrolled all their devices, and a
/// replica that nobody has used.
struct Opening: Sendable {
  struct Reader: Sendable {
    let account: Data
    let enrolments: [Credentials]
  }

  let server: DatabaseQueue
  let replica: DatabaseQueue
  let readers: [Reader]

  private static let made = Task { try await make() }

  static func shared() async throws -> Opening { try await made.value }

  private static func make() async throws -> Opening {
    var options = StoreOptions(pepper: try House.pepper(), now: { Simulation.start })
    let dice = SharedDice(seed: 0)
    options.random = { dice.next() }
    let store = try StoryStore.inMemory(options: options)
    var readers: [Reader] = []
    for number in 1...2 { readers.append(try await enrol(number, at: store)) }
    // Sign-in is not what is tried here: tokens outlive all that happens.
    try await store.database.writer.write { try $0.execute(sql: "UPDATE token SET expires_at = expires_at * 2") }
    return Opening(server: try store.copy(), replica: try Replica.empty(), readers: readers)
  }

  /// Before anything can be copied or put back.
  private static func enrol(_ number: Int, at store: StoryStore) async throws -> Reader {
    let invite = try await store.createInvite(scope: Scope.reader, devices: 8, validFor: 3600)
    var credentials: [Credentials] = []
    var account = Data()
    for device in 0..<8 {
      let id = String(format: "00000000-0000-4000-8000-%012x", number * 100 + device)
      let enrolment = try await store.redeem(InviteRedemption(invite: invite.text, requestID: id, deviceName: nil))
      account = enrolment.reader.bytes
      credentials.append(
        Credentials(
          server: "https://simulated", trust: .system, accessToken: enrolment.accessToken,
          accountID: enrolment.reader.description, deviceID: enrolment.device.description, scope: ""))
    }
    return Reader(account: account, enrolments: credentials)
  }
}
