import Foundation
import Hummingbird
import StorylineModels
import StorylineStore

/// `POST /oauth/token`: an invite becomes a device's token.
struct TokenController: Sendable {
  private static let bodyLimit = 8 * 1024
  private static let deviceNameLimit = 64
  private static let inviteLimit = 128

  let store: StoryStore
  let now: @Sendable () -> Timestamp

  @Sendable func redeem(_ request: Request, context: ServiceContext) async throws -> Response {
    _ = try QueryParameters(of: request, allowed: Route.token.queryParameters)
    let form = try await FormBody(from: request, limit: Self.bodyLimit)
    let redemption = try redemption(in: form)
    let enrolment: Enrolment
    do {
      enrolment = try await store.redeem(redemption)
    } catch StoreError.invalidGrant {
      // One text for unknown, used and expired: the difference would tell a guesser which invites there were.
      throw OAuthError(.invalidGrant, description: "The invite is unknown, used or expired.")
    }
    return try JSONAnswer.response(reply(enrolment), cacheControl: CachePolicy.noStore)
  }

  private func redemption(in form: FormBody) throws -> InviteRedemption {
    guard let type = form["grant_type"] else { throw missing("grant_type") }
    guard type == InviteGrant.type else {
      throw OAuthError(.unsupportedGrantType, description: "The grant type here is \(InviteGrant.type).")
    }
    guard let invite = form["invite"] else { throw missing("invite") }
    guard invite.utf8.count <= Self.inviteLimit else { throw invalid("invite", "is too long for an invite") }
    guard let requestID = form["request_id"] else { throw missing("request_id") }
    guard let uuid = UUID(uuidString: requestID) else { throw invalid("request_id", "is not a UUID") }
    return InviteRedemption(
      invite: invite, requestID: uuid.uuidString.lowercased(), deviceName: try deviceName(form["device_name"]))
  }

  private func deviceName(_ name: String?) throws -> String? {
    guard let name else { return nil }
    guard name.count <= Self.deviceNameLimit, name.utf8.count <= 4 * Self.deviceNameLimit else {
      throw invalid("device_name", "has more than \(Self.deviceNameLimit) characters")
    }
    let hasControls = name.unicodeScalars.contains { $0.properties.generalCategory == .control }
    guard !hasControls else { throw invalid("device_name", "has control characters in it") }
    return name
  }

  private func reply(_ enrolment: Enrolment) -> TokenReply {
    let now = now()
    let milliseconds = enrolment.expiresAt.milliseconds - now.milliseconds
    return TokenReply(
      accessToken: enrolment.accessToken, expiresIn: Int(max(0, milliseconds / 1000)),
      scope: enrolment.scope.map(\.rawValue).sorted().joined(separator: " "),
      accountID: enrolment.reader.description, deviceID: enrolment.device.description, serverTime: now)
  }

  // RFC 6749 allows ASCII without quotation marks in a description.
  private func missing(_ name: String) -> OAuthError {
    OAuthError(.invalidRequest, description: "The parameter '\(name)' is missing.")
  }

  private func invalid(_ name: String, _ why: String) -> OAuthError {
    OAuthError(.invalidRequest, description: "The parameter '\(name)' \(why).")
  }
}
