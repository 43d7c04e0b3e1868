import Hummingbird
import Logging
import NIOCore
import StorylineModels
import StorylineStore

/// What is known about one request while it is being answered.
struct ServiceContext: RequestContext {
  var coreContext: CoreRequestContextStorage
  let requestID: String
  /// The connection, or its one stream; nil within the process.
  let channel: (any Channel)?
  /// Set once the address is found to be one of ours.
  var route: Route?
  /// What stands for `{id}` in the address.
  var id: String?
  /// Set once the token is found to be good; nil on open routes.
  var principal: Principal?
  /// Whether it is somebody who may let devices into any account and sign any device out: by a token that says so, or by
  /// having been able to open the socket of this machine.
  var isOperator = false

  init(source: ApplicationRequestContextSource) {
    self.init(logger: source.logger, channel: source.channel)
  }

  init(logger: Logger, channel: (any Channel)? = nil) {
    self.channel = channel
    coreContext = CoreRequestContextStorage(source: LoggerSource(logger: logger))
    requestID = RequestIdentifier.random()
    self.logger[metadataKey: "hb.request.id"] = nil
    self.logger[metadataKey: "request"] = .string(requestID)
  }

  /// The reader who asks.
  ///
  /// - Throws: A refusal if nobody was authenticated: a route that forgot to ask for a token answers nobody.
  func reader() throws -> ReaderID { try signedIn().reader }

  /// The reader and the device that asks; throws as `reader`.
  func signedIn() throws -> Principal {
    guard let principal else { throw Refusal.unauthorized(.missing) }
    return principal
  }
}

/// What a context is made from where there is no connection.
private struct LoggerSource: RequestContextSource {
  let logger: Logger
}
