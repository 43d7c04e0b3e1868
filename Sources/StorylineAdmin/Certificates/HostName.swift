import Foundation
import SwiftASN1
import X509

/// What a server is reached by: a host name, or an IPv4 or IPv6 address.
enum HostName: Hashable {
  case domain(String)
  case address([UInt8])

  /// - Throws: `AdminFailure` if `text` is neither.
  init(_ text: String) throws {
    var four = in_addr()
    var six = in6_addr()
    if inet_pton(AF_INET, text, &four) == 1 {
      self = .address(withUnsafeBytes(of: four) { Array($0) })
    } else if inet_pton(AF_INET6, text, &six) == 1 {
      self = .address(withUnsafeBytes(of: six) { Array($0) })
    } else {
      let name = text.lowercased()
      guard Self.isDomain(name) else {
        throw AdminFailure("“\(text)” is neither a host name nor an address; write it without https:// and port")
      }
      self = .domain(name)
    }
  }

  /// nil for a name of another kind.
  init?(_ name: GeneralName) {
    switch name {
    case .dnsName(let name): self = .domain(name)
    case .ipAddress(let octets): self = .address(Array(octets.bytes))
    default: return nil
    }
  }

  /// As people write it.
  var text: String {
    switch self {
    case .domain(let name): return name
    case .address(let bytes):
      var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
      let family = bytes.count == 4 ? AF_INET : AF_INET6
      inet_ntop(family, bytes, &text, socklen_t(text.count))
      return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
  }

  var domain: String? { if case .domain(let name) = self { name } else { nil } }

  var generalName: GeneralName {
    switch self {
    case .domain(let name): .dnsName(name)
    case .address(let bytes): .ipAddress(ASN1OctetString(contentBytes: bytes[...]))
    }
  }

  private static func isDomain(_ text: String) -> Bool {
    let labels = text.split(separator: ".", omittingEmptySubsequences: false)
    return text.utf8.count <= 253
      && labels.allSatisfy { label in
        (1...63).contains(label.utf8.count) && label.first != "-" && label.last != "-"
          && label.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == UInt8(ascii: "-") }
      }
  }
}
