import Foundation
import Logging
import NIOCertificateReloading
import NIOConcurrencyHelpers
import NIOSSL
import ServiceLifecycle

/// Takes up a renewed certificate and its key: they count from the next connection on.
///
/// A renewal that is half written, expired or wrong leaves the old ones in force, and is told to the operator once.
struct CertificateWatch: Service {
  private let reloader: TimedCertificateReloader
  /// Of a listener that follows the files.
  let tls: TLSConfiguration

  /// - Throws: `StartupFailure` that says which file is at fault and why.
  init(_ files: TLSFiles, logger: Logger) throws {
    var tls = try TLSSettings.configuration(for: files)
    let lastFailure = NIOLockedValueBox("")
    let configuration = TimedCertificateReloader.Configuration(
      refreshInterval: files.refreshInterval,
      certificateSource: .init(location: .memory { try Self.checkedChain(of: files) }, format: .pem),
      privateKeySource: .init(location: .file(path: files.key), format: .pem)
    ) {
      $0.onCertificateLoaded = { change in
        lastFailure.withLockedValue { $0 = "" }
        guard let previous = change.previousX509CertificateChain, previous != change.currentX509CertificateChain else {
          return
        }
        logger.info("certificate", metadata: ["state": "renewed"])
      }
      $0.onCertificateLoadFailed = { failure in
        let text = "\(failure.error)"
        let isNew = lastFailure.withLockedValue { last in
          defer { last = text }
          return last != text
        }
        guard isNew else { return }
        logger.error("certificate", metadata: ["state": "the old one stays in force", "error": "\(text)"])
      }
    }
    do {
      reloader = try .makeReloaderValidatingSources(configuration: configuration)
    } catch {
      throw StartupFailure("\(files.certificate), \(files.key): \(error)")
    }
    tls.setCertificateReloader(reloader)
    self.tls = tls
  }

  func run() async throws { try await reloader.run() }

  /// The bytes of a chain that can be used now, together with its key.
  @Sendable private static func checkedChain(of files: TLSFiles) throws -> [UInt8] {
    _ = try TLSSettings.configuration(for: files)
    return Array(try Data(contentsOf: URL(filePath: files.certificate)))
  }
}
