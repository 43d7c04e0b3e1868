import Crypto
import Foundation
import StorylineGzip
import StorylineModels

/// A part as a file, ready to be stored.
struct PartFile: Sendable {
  let sha256: Data
  let bytes: Data
  let part: SnapshotManifest.Part

  /// - Parameter lines: each row's bytes and a line feed.
  init(lines: Data, rows: Int, role: SnapshotManifest.Role? = nil, span: String? = nil) {
    bytes = Gzip.compressed(lines)
    sha256 = Data(SHA256.hash(data: bytes))
    part = SnapshotManifest.Part(
      sha256: sha256.hexadecimal, bytes: bytes.count, rows: rows, role: role, span: span)
  }
}

/// A snapshot whose parts are stored, before anybody is told of it.
struct BuiltSnapshot: Sendable {
  let stream: StreamRow
  let parts: [SnapshotManifest.Part]

  var seq: Int64 { stream.head }

  /// Equal content of one history has one id.
  var id: String {
    let text = stream.epoch.rawValue + parts.map(\.sha256).joined()
    return "\(seq)-" + Data(SHA256.hash(data: Data(text.utf8)).prefix(4)).hexadecimal
  }

  func manifest(created: Timestamp) -> SnapshotManifest {
    SnapshotManifest(
      id: id, epoch: stream.epoch, cursor: stream.headCursor, created: created,
      entities: parts.reduce(0) { $0 + $1.rows }, bytes: parts.reduce(0) { $0 + $1.bytes }, parts: parts)
  }
}

extension Data {
  /// Two digits in lower case for each byte.
  var hexadecimal: String {
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }

  /// nil unless `text` is exactly what `hexadecimal` would make of the bytes.
  init?(hexadecimal text: String) {
    let digits = text.utf8.map { digit -> UInt8? in
      switch digit {
      case 48...57: digit - 48
      case 97...102: digit - 87
      default: nil
      }
    }
    guard digits.count.isMultiple(of: 2), digits.allSatisfy({ $0 != nil }) else { return nil }
    let values = digits.compactMap { $0 }
    self.init(stride(from: 0, to: values.count, by: 2).map { values[$0] << 4 | values[$0 + 1] })
  }
}
