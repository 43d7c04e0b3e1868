import ArgumentParser
import StorylineModels

/// Where to sign in: a server's address, or the link that came with an invite.
struct LoginTarget: ExpressibleByArgument, Hashable, Sendable {
  let address: ServerAddress
  let link: EnrolmentLink?

  init?(argument: String) {
    link = EnrolmentLink(argument)
    guard let address = ServerAddress(argument: link?.server ?? argument) else { return nil }
    self.address = address
  }
}
