import ArgumentParser
import StorylineModels

struct CertificateCommand: AdminAction {
  static let configuration = CommandConfiguration(
    commandName: "certificate",
    abstract: "Make or renew a server certificate of a private authority.",
    discussion: """
      Writes ca.pem, ca.key, server.pem and server.key into the folder. An authority that is there already is kept, and \
      so is the server's key; the server's certificate is signed anew, for 90 days. Devices are given ca.pem to trust; \
      ca.key stays secret, best on another machine.

      Examples:
        storyline-admin certificate --directory tls
        storyline-admin certificate --directory tls --name story.home.test --name 192.168.1.20
      """)

  @Option(help: ArgumentHelp("Where the four files are.", valueName: "folder"))
  var directory: String

  @Option(
    name: .customLong("name"),
    help: ArgumentHelp(
      "A further host name or address of the server, beside localhost, 127.0.0.1 and ::1. May be repeated.",
      valueName: "host"))
  var names: [String] = []

  func run(_ context: AdminContext) throws {
    let outcome: DevelopmentCertificates.Outcome
    do {
      outcome = try DevelopmentCertificates(directory: directory, now: context.now()).write(names: names)
    } catch let failure as CertificateFailure {
      throw AdminFailure(failure.description)
    }
    let authority = outcome.madeAuthority ? "made the authority" : "kept the authority"
    context.console.out("\(authority) \(directory)/ca.pem, good until \(outcome.authorityExpires)")
    context.console.out(
      "signed \(directory)/server.pem for \(outcome.names.joined(separator: ", ")), good until \(outcome.serverExpires)"
    )
  }
}
