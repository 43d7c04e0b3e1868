import Foundation
import Hummingbird
import NIOCore

extension ResponseBody {
  /// Up to here a body costs less than what is kept of the request that asked for it.
  private static let smallBytes = 16 * 1024

  /// The same body, which keeps `place` until it was sent or given up; a small one does not.
  func holding(_ place: AnswerPlaces.Place) -> ResponseBody {
    if let length = contentLength, length <= Self.smallBytes { return self }
    return ResponseBody(contentLength: contentLength) { [self] writer in
      try await write(writer)
      withExtendedLifetime(place) {}
    }
  }

  /// A body of pieces, the next of which is read when the one before has reached the connection.
  ///
  /// The writer alone would let some more be read before it hears that the peer takes nothing.
  ///
  /// - Parameter loop: of the connection; nil within the process.
  init<Pieces: AsyncSequence & Sendable>(
    pieces: Pieces, length: Int, loop: (any EventLoop)?
  ) where Pieces.Element == Data {
    self.init(contentLength: length) { writer in
      for try await piece in pieces {
        try await writer.write(ByteBuffer(bytes: piece))
        try await loop?.submit {}.get()
      }
      try await writer.finish(nil)
    }
  }
}
