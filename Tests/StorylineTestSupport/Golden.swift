public import Foundation
public import Testing

/// Files that state what others depend on: wire JSON, the schema, help texts, rendered pages.
///
/// With `STORYLINE_RECORD_GOLDEN=1` a test writes what it got and fails all the same, so that a recording can never
/// pass for a check.
public enum Golden {
  /// Expects `actual` to be what stands in `Fixtures/<name>` beside the calling test file.
  public static func expect(
    _ actual: Data, equals name: String, file: String = #filePath, location: SourceLocation = #_sourceLocation
  ) {
    let url = fixture(name, file: file)
    if ProcessInfo.processInfo.environment["STORYLINE_RECORD_GOLDEN"] == "1" {
      do {
        try FileManager.default.createDirectory(
          at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try actual.write(to: url)
        Issue.record("recorded \(name); run again without STORYLINE_RECORD_GOLDEN", sourceLocation: location)
      } catch {
        Issue.record("could not record \(name): \(error)", sourceLocation: location)
      }
      return
    }
    guard let expected = FileManager.default.contents(atPath: url.path) else {
      Issue.record("\(name) is missing; record it with STORYLINE_RECORD_GOLDEN=1", sourceLocation: location)
      return
    }
    let expectedText = String(decoding: expected, as: UTF8.self)
    let actualText = String(decoding: actual, as: UTF8.self)
    #expect(actualText == expectedText, "differs from \(name)", sourceLocation: location)
  }

  /// The file `Fixtures/<name>` beside the calling test file.
  public static func fixture(_ name: String, file: String = #filePath) -> URL {
    URL(fileURLWithPath: file).deletingLastPathComponent().appendingPathComponent("Fixtures/\(name)")
  }

  /// The contents of `Fixtures/<name>` beside the calling test file.
  public static func data(_ name: String, file: String = #filePath) throws -> Data {
    try Data(contentsOf: fixture(name, file: file))
  }
}
