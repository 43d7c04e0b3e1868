import ArgumentParser

/// Where the server's database is.
struct DatabaseOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The server's database. Default: $STORYLINE_DATABASE_PATH, else storyline.sqlite.", valueName: "file"))
  var database: String?

  @Option(
    help: ArgumentHelp(
      "The secret that keys its tokens. Default: $STORYLINE_TOKEN_PEPPER_FILE, else the database's name with .pepper.",
      valueName: "file"))
  var pepperFile: String?

  @Option(
    help: ArgumentHelp(
      "The note of what was erased. Default: $STORYLINE_DATABASE_ERASURE_LEDGER, else the database's name with .erasures.",
      valueName: "file"))
  var erasureLedger: String?

  @Option(
    help: ArgumentHelp(
      "The socket of a running storylined. Default: $STORYLINE_EDITOR_SOCKET, else the database's name with .socket.",
      valueName: "file"))
  var editorSocket: String?

  func file(_ context: AdminContext) -> DatabaseFile {
    let set = { (name: String) in context.environment[name].flatMap { $0.isEmpty ? nil : $0 } }
    return DatabaseFile(
      path: database ?? set("STORYLINE_DATABASE_PATH") ?? "storyline.sqlite",
      pepperFile: pepperFile ?? set("STORYLINE_TOKEN_PEPPER_FILE"),
      erasureLedger: erasureLedger ?? set("STORYLINE_DATABASE_ERASURE_LEDGER"),
      editorSocket: editorSocket ?? set("STORYLINE_EDITOR_SOCKET"), context)
  }
}
