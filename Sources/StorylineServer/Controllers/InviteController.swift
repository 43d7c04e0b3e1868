import HTTPTypes
import Hummingbird
import StorylineModels
import StorylineStore

/// `POST /v1/admin/invites`
struct InviteController: Sendable {
  private static let bodyLimit = 4 * 1024

  let store: StoryStore

  @Sendable func create(_ request: Request, context: ServiceContext) async throws -> Response {
    _ = try QueryParameters(of: request, allowed: Route.inviteCreate.queryParameters)
    let wanted = try await JSONBody.decode(InviteRequest.self, from: request, limit: Self.bodyLimit)
    guard wanted.expiresIn > 0 else { throw Problem(.badRequest, detail: "“expires_in” is at least 1 second.") }
    guard wanted.scopes.isSubset(of: Scope.everything) else {
      throw Problem(.badRequest, detail: "“scope” has a word that is no scope of this service.")
    }
    let invite: Invite
    do {
      invite = try await store.createInvite(
        scope: wanted.scopes, devices: wanted.devices, for: try reader(wanted.accountID),
        validFor: wanted.expiresIn)
    } catch StoreError.unknownReader {
      // Not the caller's own account: a refusal of the token would sign the operator out.
      throw Self.unknownAccount
    }
    let reply = InviteReply(
      invite: invite.text, scope: invite.scope, devices: invite.devices, expiresAt: invite.expiresAt)
    return try JSONAnswer.response(reply, cacheControl: CachePolicy.privateNoStore)
  }

  private func reader(_ account: String?) throws -> ReaderID? {
    guard let account else { return nil }
    guard let reader = ReaderID(account) else { throw Self.unknownAccount }
    return reader
  }

  private static var unknownAccount: Problem {
    Problem(.badRequest, detail: "“account_id” is not the account of anybody here.")
  }
}
