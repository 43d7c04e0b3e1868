import ArgumentParser
import Foundation
import StorylineModels
import StorylineStore

struct DoctorCommand: AdminAction {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Look for what could keep the service from running well, and say what to do.",
    discussion: """
      Looks at the configuration (by asking storylined), the certificate and its key, the files of the database and \
      who may read them, who has it open, the free space, and the clock. Changes nothing. Run it as the service's \
      user. While the service runs, its settings are those that it was started with, by flags too; else give the \
      doctor what the service is given: its file, its environment.

      Examples:
        storyline-admin doctor
        storyline-admin doctor --config /etc/storyline/storyline.yaml
        storyline-admin doctor --database storyline.sqlite --tls-certificate tls/server.pem --tls-key tls/server.key

      Exit codes: 0 no errors (there may be warnings); 1 errors.

      JSON: [{subject, verdict, what, advice}]
      """)

  @Option(help: ArgumentHelp("The service's configuration file. Default: $STORYLINE_CONFIG.", valueName: "file"))
  var config: String?

  @Option(help: ArgumentHelp("The certificate. Default: that of the configuration.", valueName: "file"))
  var tlsCertificate: String?

  @Option(help: ArgumentHelp("Its key. Default: that of the configuration.", valueName: "file"))
  var tlsKey: String?

  @Option(help: ArgumentHelp("The service's program. Default: storylined beside this one.", valueName: "file"))
  var storylined: String?

  @OptionGroup var database: DatabaseOptions

  @Flag(help: "Print JSON.")
  var json = false

  func run(_ context: AdminContext) async throws {
    let findings = self.findings(context)
    if json {
      try context.console.json(findings)
    } else {
      for finding in findings { context.console.out(finding.line(context.console)) }
    }
    if findings.contains(where: { $0.verdict == .error }) { throw CommandExit.failed }
  }

  private func findings(_ context: AdminContext) -> [Finding] {
    let check = ServiceConfigurationCheck(
      program: storylined ?? Self.besideThisOne, configurationFile: config, environment: environment(context))
    var service = check.run()
    var file = databaseFile(service.values, context)
    if let running = LockCheck(file: file).holder().flatMap(RunningService.init) {
      service = check.run(as: running, named: service)
      file = databaseFile(service.values, context)
    }
    let last = try? StoryStore.statistics(file.path, now: context.now()).lastCommit
    return service.findings + certificate(service.values, context) + DiskCheck(file: file).findings()
      + LockCheck(file: file).findings()
      + ClockCheck(
        now: context.now(), lastCommit: last ?? nil, isSynchronised: ClockCheck.kernelSaysSynchronised()
      ).findings()
  }

  /// What is given here goes before what the configuration says.
  private func databaseFile(_ values: [String: String], _ context: AdminContext) -> DatabaseFile {
    var options = database
    if options.database == nil, context.environment["STORYLINE_DATABASE_PATH"] == nil {
      options.database = values["database.path"]
      options.pepperFile = options.pepperFile ?? values["token.pepper-file"]
      options.erasureLedger = options.erasureLedger ?? values["database.erasure-ledger"]
      options.editorSocket = options.editorSocket ?? values["editor.socket"]
    }
    return options.file(context)
  }

  private func certificate(_ values: [String: String], _ context: AdminContext) -> [Finding] {
    guard let certificate = tlsCertificate ?? values["tls.certificate"], let key = tlsKey ?? values["tls.key"],
      !certificate.isEmpty, !key.isEmpty
    else {
      return [
        .warning(
          "certificate", "not checked: none is named",
          "name it with --tls-certificate and --tls-key, unless a proxy has it")
      ]
    }
    return CertificateCheck(certificate: certificate, key: key, now: context.now()).findings()
  }

  private func environment(_ context: AdminContext) -> [String: String] {
    var environment = context.environment
    if let tlsCertificate { environment["STORYLINE_TLS_CERTIFICATE"] = tlsCertificate }
    if let tlsKey { environment["STORYLINE_TLS_KEY"] = tlsKey }
    return environment
  }

  private static var besideThisOne: String {
    let program =
      (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
    return URL(fileURLWithPath: program).deletingLastPathComponent().appendingPathComponent("storylined").path
  }
}
