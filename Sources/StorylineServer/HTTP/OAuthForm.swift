import Foundation
import Hummingbird
import StorylineModels
import StorylineStore

/// The form of a request to the OAuth routes, with the errors of RFC 6749 for what is wrong with it.
struct OAuthForm: Sendable {
  static let secretLimit = 128
  private static let bodyLimit = 8 * 1024
  private static let nameLimit = 40

  private let form: FormBody

  init(from request: Request) async throws {
    form = try await FormBody(from: request, limit: Self.bodyLimit)
  }

  subscript(name: String) -> String? { form[name] }

  func required(_ name: String, limit: Int = 256) throws -> String {
    guard let text = form[name] else {
      // RFC 6749 allows ASCII without quotation marks in a description.
      throw OAuthError(.invalidRequest, description: "The parameter '\(name)' is missing.")
    }
    guard text.utf8.count <= limit else { throw Self.invalid(name, "is too long") }
    return text
  }

  func uuid(_ name: String) throws -> String {
    guard let uuid = UUID(uuidString: try required(name)) else { throw Self.invalid(name, "is not a UUID") }
    return uuid.uuidString.lowercased()
  }

  func deviceName() throws -> String? {
    guard let name = form["device_name"] else { return nil }
    try Self.check(name, "device_name")
    return name
  }

  /// nil if none is asked for.
  func scope() throws -> Set<Scope>? {
    guard let text = form["scope"] else { return nil }
    let scope = Set(text.split(separator: " ").map { Scope(rawValue: String($0)) })
    guard !scope.isEmpty, scope.isSubset(of: Scope.known) else {
      throw OAuthError(.invalidScope, description: "The scope has a word in it that is not known here.")
    }
    return scope
  }

  /// A device's name is shown on other devices' screens.
  static func check(_ name: String, _ parameter: String) throws {
    guard name.count <= nameLimit, name.utf8.count <= 4 * nameLimit else {
      throw invalid(parameter, "has more than \(nameLimit) characters")
    }
    let hasControls = name.unicodeScalars.contains {
      [.control, .format, .lineSeparator, .paragraphSeparator].contains($0.properties.generalCategory)
    }
    guard !hasControls else { throw invalid(parameter, "has control characters in it") }
  }

  static func invalid(_ name: String, _ why: String) -> OAuthError {
    OAuthError(.invalidRequest, description: "The parameter '\(name)' \(why).")
  }
}
