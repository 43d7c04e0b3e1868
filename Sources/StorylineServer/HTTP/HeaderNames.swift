import HTTPTypes

extension HTTPField.Name {
  /// nil never happens; the initialiser is failable for names that are not tokens.
  static let requestID = HTTPField.Name("X-Request-Id")
  /// RFC 9449: the proof of the device's key, and what the next one has to contain.
  static let proof = HTTPField.Name("DPoP")
  static let proofNonce = HTTPField.Name("DPoP-Nonce")
  /// draft-ietf-httpapi-idempotency-key-header
  static let idempotencyKey = HTTPField.Name("Idempotency-Key")
  /// nginx's word for “do not gather this answer”.
  static let accelBuffering = HTTPField.Name("X-Accel-Buffering")
}

/// The media types that we send or take.
enum MediaTypes {
  static let json = "application/json"
  static let problem = "application/problem+json"
  static let form = "application/x-www-form-urlencoded"
  static let eventStream = "text/event-stream"
  static let gzip = "application/gzip"
  static let yaml = "application/yaml"
  /// The text format of Prometheus.
  static let metrics = "text/plain; version=0.0.4; charset=utf-8"

  /// The type and subtype of a Content-Type value in lower case, and its charset if it names one.
  static func parse(_ value: String) -> (type: String, charset: String?) {
    let parts = value.split(separator: ";").map { part in
      part.trimming { $0 == " " || $0 == "\t" }.lowercased()
    }
    let charset = parts.dropFirst().first { $0.hasPrefix("charset=") }?.dropFirst("charset=".count)
    return (parts.first ?? "", charset.map { String($0.trimming { $0 == "\"" }) })
  }
}

extension Substring {
  /// Without the characters at both ends that `isEdge` names.
  func trimming(_ isEdge: (Character) -> Bool) -> Substring {
    var text = drop(while: isEdge)
    while let last = text.last, isEdge(last) { text.removeLast() }
    return text
  }
}
