import CZlib
public import Foundation

/// The gzip file format (RFC 1952), by the system's zlib.
///
/// Equal input gives equal bytes: the header names neither a time nor a file.
public enum Gzip {
  /// Why bytes could not be inflated.
  public enum Failure: Error, Hashable, Sendable {
    /// Not gzip, or damaged: a wrong check sum counts too.
    case malformed
    /// The bytes end before the format does.
    case truncated
    /// More than so many bytes would come out.
    case tooLarge(limit: Int)
  }

  // zlib's windowBits for the largest window, with 16 added for gzip's header and trailer.
  private static let windowBits: Int32 = 15 + 16
  private static let chunk = 64 * 1024

  /// - Parameter level: 1 is the fastest, 9 the smallest.
  public static func compressed(_ data: Data, level: Int32 = 6) -> Data {
    var stream = z_stream()
    let begun = deflateInit2_(
      &stream, level, Z_DEFLATED, windowBits, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    precondition(begun == Z_OK, "zlib has no memory")
    defer { deflateEnd(&stream) }
    var output = Data(count: Int(deflateBound(&stream, UInt(data.count))))
    // The bound holds for one call with all input, so this one call ends the stream.
    let status = data.withUnsafeBytes { input in
      output.withUnsafeMutableBytes { target in
        stream.next_in = UnsafeMutablePointer(mutating: input.bindMemory(to: UInt8.self).baseAddress)
        stream.avail_in = UInt32(input.count)
        stream.next_out = target.bindMemory(to: UInt8.self).baseAddress
        stream.avail_out = UInt32(target.count)
        return deflate(&stream, Z_FINISH)
      }
    }
    precondition(status == Z_STREAM_END, "zlib broke its bound")
    // A copy: a slice would keep the room for the worst case for as long as itself.
    return output.subdata(in: 0..<Int(stream.total_out))
  }

  /// - Parameter limit: how many bytes may come out; inflating stops there.
  public static func inflated(_ data: Data, limit: Int) throws(Failure) -> Data {
    var stream = z_stream()
    let begun = inflateInit2_(&stream, windowBits, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    precondition(begun == Z_OK, "zlib has no memory")
    defer { inflateEnd(&stream) }
    var output = Data()
    var buffer = Data(count: chunk)
    var status = Z_OK
    // The input stays where it is while zlib reads from it.
    data.withUnsafeBytes { input in
      stream.next_in = UnsafeMutablePointer(mutating: input.bindMemory(to: UInt8.self).baseAddress)
      stream.avail_in = UInt32(input.count)
      while status == Z_OK, output.count <= limit {
        let produced = buffer.withUnsafeMutableBytes { target in
          stream.next_out = target.bindMemory(to: UInt8.self).baseAddress
          stream.avail_out = UInt32(target.count)
          status = inflate(&stream, Z_NO_FLUSH)
          return target.count - Int(stream.avail_out)
        }
        output.append(buffer.prefix(produced))
      }
    }
    guard output.count <= limit else { throw .tooLarge(limit: limit) }
    guard status == Z_STREAM_END else { throw status == Z_BUF_ERROR ? .truncated : .malformed }
    guard stream.avail_in == 0 else { throw .malformed }
    return output
  }
}
