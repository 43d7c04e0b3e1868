import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import StorylineModels

/// Checks that a request comes from who has the device's key (RFC 9449, section 4.3).
struct ProofChecker: Sendable {
  enum Failure: Error, Hashable {
    /// The same request again with this nonce.
    case nonceNeeded(String)
    case invalid(String)
    /// So many proofs are on their way that none can be remembered.
    case busy
  }

  let address: PublicAddress
  let nonces: ProofNonces
  let replays: ReplayCache
  let now: @Sendable () -> Timestamp

  init(_ address: PublicAddress, now: @escaping @Sendable () -> Timestamp) {
    self.address = address
    nonces = ProofNonces(now: now)
    replays = ReplayCache()
    self.now = now
  }

  /// The thumbprint of the key; nil if the request brings no proof.
  ///
  /// - Parameter token: the access token that it has to go with; nil at the addresses where tokens are had.
  func key(of request: Request, with token: String? = nil) throws(Failure) -> Data? {
    let fields = HTTPField.Name.proof.map { request.headers[values: $0] } ?? []
    guard let field = fields.first else { return nil }
    guard fields.count == 1 else { throw .invalid("There is more than one proof.") }
    let proof: SignedProof
    do { proof = try SignedProof(parsing: field) } catch { throw .invalid(error.why) }
    guard proof.claims.method == request.method.rawValue else { throw .invalid("The proof is for another method.") }
    guard address.isTarget(proof.claims.target, of: request.uri.path) else {
      throw .invalid("The proof is for another address than \(address.text + request.uri.path).")
    }
    guard let end = nonces.end(of: proof.claims.nonce) else { throw .nonceNeeded(nonces.fresh()) }
    if let token {
      let hash = Data(SHA256.hash(data: Data(token.utf8))).base64URL
      guard proof.claims.tokenHash == hash else { throw .invalid("The proof is for another access token.") }
    }
    guard proof.isSigned else { throw .invalid("The signature is not by the key in the proof.") }
    switch replays.take(id: proof.claims.id, key: proof.thumbprint, end: end, now: now()) {
    case .new: return proof.thumbprint
    case .seen: throw .invalid("The proof was used before.")
    case .full: throw .busy
    }
  }
}
