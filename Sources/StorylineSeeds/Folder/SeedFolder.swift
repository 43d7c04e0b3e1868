/// The door to a story folder on disk.
public enum SeedFolder {
  /// Reads everything in the folder. Never throws: what is wrong is in `SeedStory.faults`, all of it at once.
  public static func read(_ path: String) -> SeedStory {
    var reader = FolderReader(path)
    return reader.read()
  }

  /// Reads one article file alone, with the role of each of its lines.
  public static func readArticle(_ path: String) -> ParsedArticle {
    SingleArticle(path).read()
  }
}
