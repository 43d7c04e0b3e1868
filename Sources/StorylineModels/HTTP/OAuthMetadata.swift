/// What `GET /.well-known/oauth-authorization-server` says (RFC 8414, section 2).
public struct AuthorizationServerMetadata: Codable, Hashable, Sendable {
  public var issuer: String
  public var tokenEndpoint: String
  public var revocationEndpoint: String
  public var deviceAuthorizationEndpoint: String
  public var grantTypes: [String]
  public var scopes: [String]
  public var proofAlgorithms: [String]
  public var tokenEndpointAuthMethods: [String]
  public var revocationEndpointAuthMethods: [String]
  /// Required by the RFC; empty, because nothing here goes through a browser's redirects.
  public var responseTypes: [String]

  /// - Parameter issuer: what clients call the service, such as `https://stories.example`.
  public init(issuer: String) {
    self.issuer = issuer
    tokenEndpoint = issuer + Route.token.path
    revocationEndpoint = issuer + Route.tokenRevoke.path
    deviceAuthorizationEndpoint = issuer + Route.deviceAuthorization.path
    grantTypes = [InviteGrant.type, RefreshGrant.type, DeviceCodeGrant.type]
    scopes = Scope.known.map(\.rawValue)
    proofAlgorithms = ["ES256"]
    tokenEndpointAuthMethods = ["none"]
    revocationEndpointAuthMethods = ["none"]
    responseTypes = []
  }

  private enum CodingKeys: String, CodingKey {
    case issuer
    case tokenEndpoint = "token_endpoint"
    case revocationEndpoint = "revocation_endpoint"
    case deviceAuthorizationEndpoint = "device_authorization_endpoint"
    case grantTypes = "grant_types_supported"
    case scopes = "scopes_supported"
    case proofAlgorithms = "dpop_signing_alg_values_supported"
    case tokenEndpointAuthMethods = "token_endpoint_auth_methods_supported"
    case revocationEndpointAuthMethods = "revocation_endpoint_auth_methods_supported"
    case responseTypes = "response_types_supported"
  }
}
