import Foundation
import StorylineClientNIO
import StorylineTerminal

// A reader that leaves early (`| head`) is told by EPIPE, and the command ends quietly.
signal(SIGPIPE, SIG_IGN)

let transports = TransportFactory(
  open: { server, trust in
    let transport = try NIOTransport(server: server, trust: trust)
    // Whether the connections close well no longer matters to what was asked.
    return OpenTransport(transport) { try? await transport.shutdown() }
  }, pinned: { try await PinnedAuthority.certificate(of: $0, pin: $1) })
exit(await StorylineTool.run(Array(CommandLine.arguments.dropFirst()), in: .process(transports: transports)))
