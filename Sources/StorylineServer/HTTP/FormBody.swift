import Hummingbird
import StorylineModels

/// The fields of an `application/x-www-form-urlencoded` body (RFC 6749, section 3.2).
///
/// Unknown fields are ignored, an empty field counts as absent, and none may come twice.
struct FormBody: Sendable {
  private var fields: [String: String] = [:]

  init(from request: Request, limit: Int) async throws {
    try self.init(
      parsing: try await RequestBodyReader.readText(request, type: MediaTypes.form, limit: limit))
  }

  init(parsing text: String) throws {
    for pair in text.split(separator: "&") {
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard let name = Self.decode(parts[0]), let value = Self.decode(parts.count > 1 ? parts[1] : "") else {
        throw OAuthError(.invalidRequest, description: "The form is not percent-encoded UTF-8.")
      }
      guard !name.contains("\0"), !value.contains("\0") else {
        throw OAuthError(.invalidRequest, description: "There is a NUL character in the form.")
      }
      guard fields.updateValue(value, forKey: name) == nil else {
        throw OAuthError(.invalidRequest, description: "A parameter is there twice.")
      }
    }
  }

  /// nil if the field is absent or empty.
  subscript(name: String) -> String? {
    fields[name].flatMap { $0.isEmpty ? nil : $0 }
  }

  private static func decode(_ text: Substring) -> String? {
    var bytes: [UInt8] = []
    var rest = Substring(text).utf8
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: "+"):
        bytes.append(UInt8(ascii: " "))
      case UInt8(ascii: "%"):
        let digits = String(rest.prefix(2)) ?? ""
        guard digits.utf8.count == 2, !digits.hasPrefix("+"), !digits.hasPrefix("-"),
          let value = UInt8(digits, radix: 16)
        else { return nil }
        bytes.append(value)
        rest = rest.dropFirst(2)
      default:
        bytes.append(byte)
      }
    }
    return String(validating: bytes, as: UTF8.self)
  }
}
