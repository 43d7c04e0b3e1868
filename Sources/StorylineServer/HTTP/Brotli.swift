import CBrotli
import Foundation

/// Brotli (RFC 7932), by the system's library.
enum Brotli {
  /// From 0, the fastest, to 11, the smallest. What is compressed is kept, so it may take some milliseconds.
  static let quality: Int32 = 8

  /// nil if the library has no memory.
  static func compressed(_ data: Data) -> Data? {
    var size = BrotliEncoderMaxCompressedSize(data.count)
    var output = Data(count: size)
    let isDone = data.withUnsafeBytes { input in
      output.withUnsafeMutableBytes { target in
        BrotliEncoderCompress(
          quality, BROTLI_DEFAULT_WINDOW, BROTLI_MODE_TEXT, input.count,
          input.bindMemory(to: UInt8.self).baseAddress, &size, target.bindMemory(to: UInt8.self).baseAddress)
      }
    }
    // A copy: a slice would keep the room for the worst case for as long as itself.
    return isDone == BROTLI_TRUE && size > 0 ? output.subdata(in: 0..<size) : nil
  }
}
