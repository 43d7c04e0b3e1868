import Foundation
import HTTPTypes
import StorylineGzip

/// How an answer's bytes may be coded on their way (RFC 9110, section 8.4).
enum ContentCoding: String, Sendable {
  case brotli = "br"
  case gzip

  /// The one we like best among those that a request takes; nil for none.
  init?(acceptedIn fields: [String], brotli isBrotliOffered: Bool) {
    let offered: [ContentCoding] = isBrotliOffered ? [.brotli, .gzip] : [.gzip]
    let accepted = Self.accepted(fields)
    guard let best = offered.first(where: { accepted[$0.rawValue] ?? (accepted["*"] ?? false) }) else { return nil }
    self = best
  }

  func compressed(_ data: Data) -> Data? {
    switch self {
    case .brotli: Brotli.compressed(data)
    case .gzip: Gzip.compressed(data)
    }
  }

  /// Which codings are taken; false for those with the weight 0.
  private static func accepted(_ fields: [String]) -> [String: Bool] {
    var accepted: [String: Bool] = [:]
    for item in fields.joined(separator: ",").split(separator: ",") {
      let parts = item.split(separator: ";").map { part in part.trimming { $0 == " " || $0 == "\t" }.lowercased() }
      guard let name = parts.first else { continue }
      let weight = parts.dropFirst().first { $0.hasPrefix("q=") }.flatMap { Double($0.dropFirst(2)) } ?? 1
      accepted[name] = weight > 0
    }
    return accepted
  }
}
