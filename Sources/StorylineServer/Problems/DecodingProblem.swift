import StorylineModels

extension Problem {
  /// What is wrong with a body that is JSON, but not the JSON that the route takes; names the member.
  init(_ error: DecodingError) {
    self.init(.badRequest, detail: Self.detail(of: error))
  }

  private static func detail(of error: DecodingError) -> String {
    switch error {
    case .keyNotFound(let key, let context):
      "The member “\(path(context.codingPath + [key]))” is missing."
    case .valueNotFound(_, let context):
      "The member “\(path(context.codingPath))” is null."
    case .typeMismatch(let type, let context):
      "The member “\(path(context.codingPath))” is not \(name(of: type))."
    case .dataCorrupted(let context):
      "The member “\(path(context.codingPath))” is not valid: \(reason(context))."
    @unknown default:
      "The body does not have the members that this address takes."
    }
  }

  /// What the decoder says, without the full stop that it ends with at times.
  private static func reason(_ context: DecodingError.Context) -> Substring {
    context.debugDescription.prefix(160).trimming { $0 == "." }
  }

  /// `mutations[3].stamp`
  private static func path(_ codingPath: [any CodingKey]) -> String {
    let path = codingPath.reduce(into: "") { text, key in
      if let index = key.intValue {
        text += "[\(index)]"
      } else {
        text += (text.isEmpty ? "" : ".") + key.stringValue
      }
    }
    return path.isEmpty ? "(the whole body)" : path
  }

  private static func name(of type: any Any.Type) -> String {
    switch type {
    case is String.Type: "a string"
    case is Bool.Type: "true or false"
    case is any FixedWidthInteger.Type: "a whole number"
    case is any BinaryFloatingPoint.Type: "a number"
    case is [Any].Type: "an array"
    case is [String: Any].Type: "an object"
    default: String(describing: type).contains("Array") ? "an array" : "an object"
    }
  }
}
