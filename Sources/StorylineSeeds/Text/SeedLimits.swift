/// How large things in a story folder may be. Beyond these a file is a mistake or an attack: some steps of reading take
/// time that grows with the square of a text's length.
enum SeedLimits {
  static let fileBytes = 8 * 1024 * 1024
  /// Of one image; a service with its limits unchanged takes no larger one.
  static let mediaBytes = 8 * 1024 * 1024
  /// Of all images of a story.
  static let allMediaBytes = 256 * 1024 * 1024
  static let articleLines = 10_000
  static let articleBlocks = 2_000
  /// How many lines with forbidden characters are named in one file.
  static let characterFaults = 20
  /// Of one text: a paragraph, a list, a summary. In UTF-8.
  static let textBytes = 32 * 1024
}
