public import StorylineStore

extension TokenLives {
  /// A year for everything, for tests in which signing in is not what is tried.
  public static var long: TokenLives {
    var lives = TokenLives()
    lives.reader = Life(access: year, idle: year, absolute: year)
    (lives.editor, lives.admin) = (lives.reader, lives.reader)
    return lives
  }

  private static let year: Int64 = 365 * 86_400_000
}
