package import Foundation

extension Data {
  /// RFC 4648, section 5, without padding.
  package var base64URL: String {
    base64EncodedString().replacingOccurrences(of: "+", with: "-").replacingOccurrences(of: "/", with: "_")
      .replacingOccurrences(of: "=", with: "")
  }

  /// nil unless `text` is exactly what `base64URL` would make of the bytes: one value has one text.
  package init?(base64URL text: String) {
    let plain = text.replacingOccurrences(of: "-", with: "+").replacingOccurrences(of: "_", with: "/")
    let padding = String(repeating: "=", count: (4 - plain.utf8.count % 4) % 4)
    guard let data = Data(base64Encoded: plain + padding), data.base64URL == text else { return nil }
    self = data
  }
}
