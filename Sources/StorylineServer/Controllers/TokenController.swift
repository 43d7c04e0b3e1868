import Foundation
import HTTPTypes
import Hummingbird
import StorylineModels
import StorylineStore

/// `POST /oauth/token` and `POST /oauth/revoke`: how a device gets its tokens and gives them back.
struct TokenController: Sendable {
  let store: StoryStore
  let proofs: ProofChecker
  let limits: AccessLimits
  let refusals: EvenRefusals
  let now: @Sendable () -> Timestamp

  @Sendable func issue(_ request: Request, context: ServiceContext) async throws -> Response {
    _ = try QueryParameters(of: request, allowed: Route.token.queryParameters)
    let form = try await OAuthForm(from: request)
    let key: Data?
    do { key = try proofs.key(of: request) } catch { throw error.refusal }
    try limits.check(context)
    let start = ContinuousClock.now
    do {
      return try response(try await grant(form, key: key), isProven: key != nil)
    } catch StoreError.invalidGrant {
      limits.noteFailure(context)
      throw await refusals.invalidGrant(since: start)
    } catch StoreError.invalidScope {
      throw OAuthError(.invalidScope, description: "The device may not have that scope.")
    } catch StoreError.keyNeeded {
      throw OAuthError(.invalidProof, description: "This invite is for a device that proves a key (RFC 9449).")
    }
  }

  private func grant(_ form: OAuthForm, key: Data?) async throws -> Enrolment {
    switch try form.required("grant_type") {
    case InviteGrant.type:
      let redemption = InviteRedemption(
        invite: try form.required("invite", limit: OAuthForm.secretLimit), requestID: try form.uuid("request_id"),
        deviceName: try form.deviceName(), key: key)
      return try await store.redeem(redemption)
    case RefreshGrant.type:
      let token = try form.required("refresh_token", limit: OAuthForm.secretLimit)
      return try await store.refresh(token: token, key: key, scope: try form.scope())
    case DeviceCodeGrant.type:
      let code = try form.required("device_code", limit: OAuthForm.secretLimit)
      switch try await store.redeem(deviceCode: code, key: key) {
      case .success(let enrolment): return enrolment
      case .failure(let error): throw Self.error(error.wait)
      }
    default:
      let types = [InviteGrant.type, RefreshGrant.type, DeviceCodeGrant.type].joined(separator: ", ")
      throw OAuthError(.unsupportedGrantType, description: "The grant types here are \(types).")
    }
  }

  private static func error(_ wait: DeviceWait) -> OAuthError {
    switch wait {
    case .pending: OAuthError(.authorizationPending, description: "Nobody has decided about this device yet.")
    case .slowDown: OAuthError(.slowDown, description: "Ask less often: five seconds more between two questions.")
    case .denied: OAuthError(.accessDenied, description: "This device was turned away.")
    case .expired: OAuthError(.expiredToken, description: "The time of this code is over; begin again.")
    }
  }

  private func response(_ enrolment: Enrolment, isProven: Bool) throws -> Response {
    let now = now()
    let seconds = { (end: Timestamp) in Int(max(0, (end.milliseconds - now.milliseconds) / 1000)) }
    let reply = TokenReply(
      accessToken: enrolment.accessToken, tokenType: enrolment.scope.needsProof ? "DPoP" : "Bearer",
      expiresIn: seconds(enrolment.expiresAt), refreshToken: enrolment.refreshToken,
      refreshExpiresIn: seconds(enrolment.refreshExpiresAt),
      scope: enrolment.scope.map(\.rawValue).sorted().joined(separator: " "),
      accountID: enrolment.reader.description, deviceID: enrolment.device.description, serverTime: now)
    var response = try JSONAnswer.response(reply, cacheControl: CachePolicy.noStore)
    if isProven, let name = HTTPField.Name.proofNonce { response.headers[name] = proofs.nonces.fresh() }
    return response
  }

  /// Answers alike whatever was sent, and a token that is none is no error (RFC 7009, section 2.2).
  @Sendable func revoke(_ request: Request, context: ServiceContext) async throws -> Response {
    _ = try QueryParameters(of: request, allowed: Route.tokenRevoke.queryParameters)
    let form = try await OAuthForm(from: request)
    let token = try form.required("token", limit: OAuthForm.secretLimit)
    try limits.check(context)
    do {
      try await store.revoke(token: token)
    } catch StoreError.accountDeleted {
      // What is gone needs no revocation.
    }
    return Response(status: .ok, headers: [.cacheControl: CachePolicy.noStore])
  }
}

/// Makes all refusals of a grant look alike: one text, and one time that is longer than any of them takes.
struct EvenRefusals: Sendable {
  var least = Duration.milliseconds(100)

  /// The refusal, `least` after `start`.
  func invalidGrant(since start: ContinuousClock.Instant) async -> any Error {
    do {
      try await Task.sleep(until: start + least, clock: .continuous)
    } catch {
      return error
    }
    // One text for unknown, used, expired and revoked: the difference would tell a guesser what there was.
    return OAuthError(.invalidGrant, description: "The invite, token or code is unknown, used, expired or revoked.")
  }
}
