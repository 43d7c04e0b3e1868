public import StorylineModels

/// Turns an invite into a device's token.
public struct Enroller: Sendable {
  public init(
    transport: any HTTPTransport, clock: any SyncClock = SystemSyncClock(),
    random: @escaping @Sendable () -> UInt64 = { .random(in: .min ... .max) }
  ) {}

  /// Redeems an invite, which works once; the same `requestID` gives the same token again, so a lost reply costs nothing.
  ///
  /// - Parameter requestID: a UUID's text, kept by the caller until the token is.
  /// - Throws: `OAuthError` if the invite is refused, else `SyncError`.
  public func redeem(invite: String, deviceName: String?, requestID: String) async throws -> TokenReply {
    throw SyncError.storage("not built yet")
  }
}
