/// What `storylined --help` prints.
enum ConfigurationHelp {
  static var text: String {
    """
    storylined: serves a story and its readers' libraries over HTTPS.

    Usage: storylined [--config FILE] [--print-config] [FLAG VALUE]...

      --config FILE    a YAML or JSON file with the keys below (or STORYLINE_CONFIG)
      --print-config   show what is in effect, and what set it, then stop
      --help           this text

    A flag wins over the environment, the environment over the file.

    \(ConfigurationKey.all.map(entry).joined(separator: "\n"))

    Examples:
      storylined --tls-certificate tls/server.pem --tls-key tls/server.key
      storylined --config /etc/storyline/storylined.yaml --print-config
      storylined --listen-socket /run/storyline/storylined.sock --public-url https://stories.example
      storylined --tls-enabled false --listen-port 8080

    Exit codes: 0 stopped when asked to, 1 could not start or failed, 2 wrong flags or configuration,
    75 the database is in use by another process.

    """
  }

  private static func entry(_ key: ConfigurationKey) -> String {
    let standard = key.standard.isEmpty ? "" : " (default \(key.standard))"
    return """
        \(key.name)
            \(key.meaning)\(standard)
            \(key.flag)  \(key.environmentName)
      """
  }
}
