import StorylineModels
import StorylineQR

/// What a device shows that waits to be let in. Beside the output, which says how it ended.
struct WaitingScreen {
  let authorization: DeviceAuthorization

  func show(in session: Session) throws {
    let errors = session.environment.errors
    if errors.isTerminal, let code = try? QRCode(authorization.verificationURIComplete) {
      try errors.write(code.lines(isColoured: session.palette.isColoured).joined(separator: "\n") + "\n")
    }
    let minutes = authorization.expiresIn / 60
    for line in [
      "", "  Code    \(authorization.userCode)", "  Number  \(authorization.match)", "",
      "On a device that is signed in: storyline devices approve \(authorization.userCode)",
      "It asks for the number. Waiting, for at most \(minutes) minutes …", "",
    ] { try session.note(line) }
  }
}
