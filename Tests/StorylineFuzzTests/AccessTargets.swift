import Foundation
import StorylineModels

@testable import StorylineServer
@testable import StorylineStore

/// A cursor as a client sends it; or its bytes, with the right check sum put behind them.
func feedCursor(_ data: Data) throws {
  let (choice, rest) = data.choice
  let text = choice % 2 == 0 ? rest.text : sealed(rest)
  guard let cursor = try? Cursor(checking: text), let place = try? CursorCodec.place(of: cursor) else { return }
  try promise(CursorCodec.cursor(at: place) == cursor, "one place has one cursor: \(text)")
}

private func sealed(_ bytes: Data) -> String {
  var data = bytes
  data.append(bigEndian: bytes.crc32)
  return data.base64URL
}

/// Tokens, invites and codes, in an Authorization field and in forms.
func feedToken(_ data: Data) throws {
  let (choice, rest) = data.choice
  let text = choice % 2 == 0 ? rest.text : checked(rest)
  let secrets = Secrets(pepper: try Pepper(bytes: Data(count: 32)))
  if let token = Secrets.RefreshToken(text) {
    try promise(token.text == text, "one refresh token has one text: \(text)")
    try promise(secrets.family(of: token) == secrets.family(of: token.next()), "a token's family is its successor's")
  }
  let shapes = [Secrets.isTokenShaped(text), Secrets.isDeviceCodeShaped(text), Secrets.RefreshToken(text) != nil]
  try promise(shapes.count { $0 } <= 1, "nothing is two kinds of token: \(text)")
  if let invite = Secrets.normalizedInvite(text) {
    try promise(Secrets.normalizedInvite(invite) == invite, "an invite's one form is kept: \(text)")
  }
  if let code = UserCode.normalized(text) {
    try promise(UserCode.normalized(code) == code, "a user code's one form is kept: \(text)")
  }
  _ = (ReaderID(text), DeviceID(text), EnrolmentLink(text))
}

/// A token with the right check sum: 32 bytes, after the prefix that the first of them chooses.
private func checked(_ bytes: Data) -> String {
  let prefixes = ["sla_", "slr_", "slc_", "sli-"]
  let start =
    prefixes[Int(bytes.first ?? 0) % prefixes.count] + Data((bytes.dropFirst() + Data(count: 32)).prefix(32)).base64URL
  var sum = Data()
  sum.append(bigEndian: Data(start.utf8).crc32)
  return start + sum.base64URL
}

/// A DPoP proof; or its header and payload, from a signature to a NUL, put together as a compact JWS.
func feedProof(_ data: Data) throws {
  let (choice, rest) = data.choice
  guard let proof = try? SignedProof(parsing: choice % 2 == 0 ? rest.text : joined(rest)) else { return }
  try promise(proof.thumbprint.count == 32, "a thumbprint has 32 bytes")
  try promise((1...64).contains(proof.claims.id.utf8.count), "an id has 1 to 64 bytes")
  _ = proof.isSigned
  _ = PublicAddress(ServerConfiguration()).isTarget(proof.claims.target, of: "/oauth/token")
  _ = ProofNonces(now: { Timestamp(milliseconds: 0) }).end(of: proof.claims.nonce)
}

private func joined(_ bytes: Data) -> String {
  let parts = bytes.split(separator: 0, maxSplits: 1, omittingEmptySubsequences: false).map { Data($0) }
  let payload = parts.count > 1 ? parts[1] : Data()
  return [parts[0].base64URL, payload.base64URL, Data(repeating: 1, count: 64).base64URL].joined(separator: ".")
}
