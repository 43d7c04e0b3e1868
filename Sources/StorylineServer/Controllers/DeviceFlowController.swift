import Foundation
import HTTPTypes
import Hummingbird
import StorylineModels
import StorylineStore

/// How a new device is let in from one that is enrolled (RFC 8628).
struct DeviceFlowController: Sendable {
  let store: StoryStore
  let proofs: ProofChecker
  let limits: AccessLimits
  let now: @Sendable () -> Timestamp

  /// `POST /oauth/device_authorization`
  @Sendable func begin(_ request: Request, context: ServiceContext) async throws -> Response {
    _ = try QueryParameters(of: request, allowed: Route.deviceAuthorization.queryParameters)
    let form = try await OAuthForm(from: request)
    let key: Data?
    do { key = try proofs.key(of: request) } catch { throw error.refusal }
    try limits.check(context)
    let ask = DeviceRequest(
      deviceName: try form.deviceName(), scope: try form.scope() ?? Scope.reader, key: key)
    do {
      let code = try await store.requestDevice(ask)
      return try JSONAnswer.response(reply(code), cacheControl: CachePolicy.noStore)
    } catch StoreError.invalidScope {
      throw OAuthError(.invalidScope, description: "A device is let in as a reader's; more needs an invite.")
    }
  }

  private func reply(_ code: DeviceCode) -> DeviceAuthorization {
    let link = "storyline://\(proofs.address.authority)/device"
    return DeviceAuthorization(
      deviceCode: code.deviceCode, userCode: code.userCode, verificationURI: link,
      verificationURIComplete: link + "?user_code=" + code.userCode,
      expiresIn: Int((code.expiresAt.milliseconds - now().milliseconds) / 1000), interval: code.interval,
      match: code.match)
  }

  /// `POST /oauth/device/lookup`
  @Sendable func lookUp(_ request: Request, context: ServiceContext) async throws -> Response {
    _ = try QueryParameters(of: request, allowed: Route.deviceLookup.queryParameters)
    let decider = try decider(context)
    let form = try await OAuthForm(from: request)
    let code = try form.required("user_code")
    if let decider { try limits.checkGuess(of: decider.device) }
    guard let waiting = try await store.waitingDevice(userCode: code) else { throw unknown(decider) }
    let lookup = DeviceLookup(
      deviceName: waiting.name, scope: waiting.scope.map(\.rawValue).sorted().joined(separator: " "),
      age: Int(max(0, now().milliseconds - waiting.since.milliseconds) / 1000), match: waiting.choices)
    return try JSONAnswer.response(lookup, cacheControl: CachePolicy.noStore)
  }

  /// `POST /oauth/device/decision`
  @Sendable func decide(_ request: Request, context: ServiceContext) async throws -> Response {
    _ = try QueryParameters(of: request, allowed: Route.deviceDecision.queryParameters)
    let decider = try decider(context)
    let form = try await OAuthForm(from: request)
    let code = try form.required("user_code")
    let verdict = try verdict(form, by: decider, context)
    if let decider { try limits.checkGuess(of: decider.device) }
    do {
      guard try await store.decide(on: code, verdict) else {
        if let decider { limits.noteGuess(of: decider.device) }
        throw OAuthForm.invalid("match", "is not the number that the device shows")
      }
    } catch StoreError.unknownDevice {
      throw unknown(decider)
    } catch StoreError.unknownReader {
      throw OAuthForm.invalid("account", "is not one of this server")
    }
    return Response(status: .noContent, headers: [.cacheControl: CachePolicy.noStore])
  }

  /// The device that decides; nil for an operator who came through the socket of this machine.
  private func decider(_ context: ServiceContext) throws -> Principal? {
    context.isOperator ? context.principal : try context.signedIn()
  }

  private func verdict(
    _ form: OAuthForm, by decider: Principal?, _ context: ServiceContext
  ) throws -> DeviceVerdict {
    switch try form.required("decision") {
    case "deny": return .deny
    case "approve":
      guard let match = Int(try form.required("match")) else { throw OAuthForm.invalid("match", "is not a number") }
      return .approve(match: match, account: try account(form, of: decider, context))
    default: throw OAuthForm.invalid("decision", "is approve or deny")
    }
  }

  /// An operator may let a device into any account, or into a new one.
  private func account(
    _ form: OAuthForm, of decider: Principal?, _ context: ServiceContext
  ) throws -> DeviceAccount {
    guard let account = form["account"] else {
      guard let decider else { throw OAuthForm.invalid("account", "is needed here: new or an account") }
      return .of(decider.reader)
    }
    guard context.isOperator else { throw Refusal.forbidden(needed: .admin) }
    if account == "new" { return .new }
    guard let reader = ReaderID(account) else { throw OAuthForm.invalid("account", "is not new or an account") }
    return .of(reader)
  }

  private func unknown(_ decider: Principal?) -> Refusal {
    if let decider { limits.noteGuess(of: decider.device) }
    return Refusal(
      problem: Problem(.notFound, detail: "No device waits with this code: mistyped, or its time is over."))
  }
}
