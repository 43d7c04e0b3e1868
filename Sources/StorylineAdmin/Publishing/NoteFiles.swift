import Foundation
import StorylineModels
import StorylineSeeds

/// Writes notes to readers into a folder, so that the folder stays the whole story.
struct NoteFiles {
  let folder: String
  let now: Timestamp

  /// - Returns: the files that were written, as paths.
  func write(_ text: String, type: String, for notes: [MissingNote]) throws -> [String] {
    let directory = folder + "/updates"
    do {
      try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
      return try notes.map { note in
        let id = UpdateText.id(article: note.article, version: note.toVersion)
        let path = "\(directory)/\(id).yaml"
        guard !FileManager.default.fileExists(atPath: path) else {
          throw AdminFailure("\(path) is there already; change it, or move it away, and run this command again")
        }
        let body = UpdateText.text(id: id, type: type, at: now, note: text, for: note)
        try Data(body.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
        return path
      }
    } catch let error as AdminFailure {
      throw error
    } catch {
      throw AdminFailure("the note cannot be written into \(directory): \(error.localizedDescription)")
    }
  }
}
