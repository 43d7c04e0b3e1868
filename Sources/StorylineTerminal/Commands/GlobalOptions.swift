import ArgumentParser

/// The options that every command takes.
struct GlobalOptions: ParsableArguments {
  @Flag(help: "Print JSON for programs instead of text.")
  var json = false

  @Option(
    help: ArgumentHelp(
      "The folder of the account on this device. Default: $STORYLINE_HOME, else $XDG_DATA_HOME/storyline, "
        + "else ~/.local/share/storyline.", valueName: "directory"))
  var home: String?

  @Option(
    help: ArgumentHelp(
      "The account of that name in this folder. Default: $STORYLINE_PROFILE, else the one without a name.",
      valueName: "name"))
  var profile: String?

  @Flag(name: .customLong("no-color"), help: "No colours and no bold text; so does a set NO_COLOR.")
  var noColor = false

  @Option(help: ArgumentHelp("The columns to lay the text out for.", valueName: "columns"))
  var width: Int?

  func validate() throws {
    if let profile, !Home.isProfile(profile) {
      throw ValidationError("--profile takes a name of letters, figures, dots and hyphens.")
    }
    if let width, !(Layout.minimumWidth...1000).contains(width) {
      throw ValidationError("--width must be from \(Layout.minimumWidth) to 1000.")
    }
  }
}
