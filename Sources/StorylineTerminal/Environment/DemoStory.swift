import CStorylineTerm
import Foundation
import StorylineModels

/// The story that comes with the program.
enum DemoStory {
  static func page() throws -> ContentPage { try ContentPage(parsing: bytes) }

  /// As it lies in the program.
  static var bytes: Data { Data(bytes: storyline_demo_bytes(), count: storyline_demo_length()) }
}
