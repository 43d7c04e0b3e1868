import Foundation

#if canImport(Glibc)
  import Glibc
#endif

/// Which file it is, whatever its name and contents: a copy is another one.
struct FileIdentity: Codable, Hashable, Sendable {
  var inode: UInt64
  /// When it was made, in nanoseconds since 1970; nil where the file system does not say.
  var born: Int64?

  /// nil if there is no such file.
  init?(path: String) {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    inode = UInt64(status.st_ino)
    born = Self.birth(of: path)
  }

  #if canImport(Glibc)
    private typealias Statx =
      @convention(c) (Int32, UnsafePointer<CChar>, Int32, UInt32, UnsafeMutableRawPointer) -> Int32

    /// By `statx(2)`, which is looked up by name because Swift's view of the C library lacks it. The kernel fixes the
    /// 256 bytes it fills in: which fields are there at 0, the birth's seconds at 80 and its nanoseconds at 88.
    private static func birth(of path: String) -> Int64? {
      guard let symbol = dlsym(nil, "statx") else { return nil }
      let statx = unsafeBitCast(symbol, to: Statx.self)
      let birth: UInt32 = 0x800
      return withUnsafeTemporaryAllocation(byteCount: 256, alignment: 8) { buffer in
        guard let base = buffer.baseAddress, statx(AT_FDCWD, path, 0, birth, base) == 0,
          base.load(as: UInt32.self) & birth != 0
        else { return nil }
        let nanoseconds = base.load(fromByteOffset: 88, as: UInt32.self)
        return base.load(fromByteOffset: 80, as: Int64.self) * 1_000_000_000 + Int64(nanoseconds)
      }
    }
  #else
    private static func birth(of path: String) -> Int64? { nil }
  #endif
}
