import StorylineModels

/// Builds the configuration out of file, environment and flags.
public struct LoadedConfiguration: Sendable {
  public var configuration: ServerConfiguration
  /// The effective values as lines of a configuration file, each with its origin; secrets are masked.
  public var text: String

  /// - Parameters:
  ///   - arguments: Without the program's name.
  ///   - environment: All variables; those that begin with `STORYLINE_` are read.
  /// - Throws: `ConfigurationFaults` with all that is wrong.
  public init(arguments: [String], environment: [String: String]) throws {
    try self.init(flags: CommandLineFlags(parsing: arguments), environment: environment)
  }

  init(flags: CommandLineFlags, environment: [String: String]) throws {
    let path = flags.configurationFile ?? environment["STORYLINE_CONFIG"]
    let sources = ConfigurationSources(
      file: try path.map { try ConfigurationFile(path: $0) }, environment: environment, settings: flags.settings)
    var reader = ConfigurationReader(sources: sources)
    configuration = ServerConfiguration(reading: &reader)
    guard reader.faults.isEmpty else { throw ConfigurationFaults(reader.faults) }
    text = reader.values.map { "\($0.key.name): \(ConfigurationReader.masked($0.text))  # \($0.origin)\n" }.joined()
  }
}

extension ServerConfiguration {
  fileprivate init(reading reader: inout ConfigurationReader) {
    self.init()
    databasePath = reader.text(.databasePath) ?? ""
    if databasePath.isEmpty { reader.note("database.path: is empty") }
    erasureLedgerPath = reader.text(.erasureLedger, standard: databasePath + ".erasures") ?? ""
    pepperPath = reader.text(.pepperFile, standard: databasePath + ".pepper") ?? ""
    readListener(&reader)
    contentAccess = reader.choice(.contentAccess, standard: .token)
    limits.requestBytes = reader.number(.requestBytes, in: 1_024...16_777_216)
    limits.mutationsPerRequest = reader.number(.mutations, in: 1...10_000)
    limits.payloadBytes = reader.number(.payloadBytes, in: 256...1_048_576)
    limits.libraryRecords = reader.number(.libraryRecords, in: 1...10_000_000)
    limits.libraryBytes = reader.number(.libraryBytes, in: 1_024...1_073_741_824)
    limits.inflatedRequestBytes = reader.number(.inflatedBytes, in: 1_024...67_108_864)
    limits.requestsPerMinute = reader.number(.requestsPerMinute, in: 0...1_000_000)
    limits.requestBurst = reader.number(.requestBurst, in: 1...100_000)
    limits.mutationsPerMinute = reader.number(.mutationsPerMinute, in: 0...10_000_000)
    limits.liveConnections = reader.number(.liveConnections, in: 0...1_000)
    accessLimits.requestsPerMinute = reader.number(.accessRequests, in: 0...1_000_000)
    accessLimits.failuresPerMinute = reader.number(.accessFailures, in: 0...100_000)
    accessLimits.allFailuresPerMinute = reader.number(.allAccessFailures, in: 0...1_000_000)
    connections.maximum = reader.number(.connectionsMaximum, in: 1...100_000)
    connections.perNetwork = reader.number(.perNetwork, in: 0...100_000)
    connections.liveMaximum = reader.number(.liveMaximum, in: 0...100_000)
    connections.firstByteTime = reader.seconds(.firstByte)
    connections.idleTime = reader.seconds(.idle)
    connections.maximumAge = reader.seconds(.maximumAge)
    requestsMaximum = reader.number(.requestsMaximum, in: 1...100_000)
    requestReadTime = reader.seconds(.readSeconds)
    requestWorkTime = reader.seconds(.workSeconds)
    drainTime = reader.seconds(.drainSeconds)
    maintenance.interval = reader.seconds(.maintenanceInterval)
    maintenance.snapshotRows = reader.number(.snapshotRows, in: 1...10_000_000)
    maintenance.snapshotAge = reader.seconds(.snapshotAge)
    maintenance.tombstoneDays = reader.number(.tombstoneDays, in: 1...3_650)
    log.level = reader.choice(.logLevel, standard: .info)
    log.output = reader.choice(.logOutput, standard: .stderr)
  }

  private mutating func readListener(_ reader: inout ConfigurationReader) {
    let host = reader.text(.listenHost) ?? ""
    let port = reader.number(.listenPort, in: 0...65_535)
    let socket = reader.text(.listenSocket)
    listen = socket.map { .socket(path: $0) } ?? .network(host: host, port: port)
    publicURL = reader.text(.publicURL)
    let editors = reader.text(.editorSocket, standard: databasePath + ".socket")
    editorSocket = editors == "off" ? nil : editors
    let isEnabled = reader.flag(.tlsEnabled)
    let certificate = reader.text(.tlsCertificate)
    let key = reader.text(.tlsKey)
    switch (socket, isEnabled, certificate, key) {
    case (.some, _, nil, nil), (nil, false, _, _):
      tls = nil
    case (.some, _, _, _):
      reader.note("listen.socket: speaks plain HTTP to the proxy; leave tls.certificate and tls.key out")
    case (nil, true, .some(let certificate), .some(let key)):
      tls = TLSFiles(certificate: certificate, key: key)
    case (nil, true, _, _):
      reader.note(
        """
        tls.certificate and tls.key: both are needed. “storyline-admin certificate --directory DIR” makes a pair for \
        this machine; “--tls-enabled false” serves plain HTTP on loopback.
        """)
    }
    readPublicURL(&reader)
    if tls == nil, !listen.isLocal {
      reader.note("listen.host: “\(host)” can be reached from other machines, which needs TLS; see tls.certificate")
    }
  }

  /// Devices sign this address into the proofs of their keys; a wrong one would keep all of them out.
  private mutating func readPublicURL(_ reader: inout ConfigurationReader) {
    guard let text = publicURL else {
      guard case .network = listen, listen.isLocal else {
        return reader.note("public.url: is needed: what clients call the service, such as https://stories.example")
      }
      return
    }
    guard let origin = PublicAddress.Origin(text), origin.scheme == "https" else {
      return reader.note(
        "public.url: “\(ConfigurationReader.masked(text))” is not an address such as https://stories.example")
    }
    publicURL = text.hasSuffix("/") ? String(text.dropLast()) : text
  }
}
