import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// Takes a response's body as it is written.
final class BodyCollector: ResponseBodyWriter {
  private var data = Data()

  static func collect(_ body: ResponseBody) async throws -> Data {
    let collector = BodyCollector()
    try await body.write(collector)
    return collector.data
  }

  func write(_ buffer: ByteBuffer) async throws { data.append(contentsOf: buffer.readableBytesView) }

  func finish(_ trailingHeaders: HTTPFields?) async throws {}
}
