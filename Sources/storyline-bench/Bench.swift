import Foundation
import Logging
import StorylineStore

/// Prints our figures beside baselines that were taken in the same run, on the same machine, over the same wire.
///
/// Server, baseline and load share the machine's cores, so the ratios count and not the absolute figures.
@main
struct Bench {
  static func main() async throws {
    let quick = CommandLine.arguments.contains("--quick")
    let scale = quick ? Scale.quick : .full
    show(
      "storyline-bench · \(ProcessInfo.processInfo.activeProcessorCount) cores · HTTPS on loopback\(quick ? " · quick" : "")"
    )
    for articles in scale.storySizes {
      try await FirstSyncBench(articles: articles, scale: scale).run()
    }
    try await EditingBench(articles: scale.storySizes.max() ?? 0).run()
    try await PollBench(scale: scale).run()
    try await PushBench(scale: scale).run()
  }
}

/// How much of each.
struct Scale: Sendable {
  var storySizes: [Int]
  /// Of each measurement.
  var duration: Duration
  var connections: Int

  static let full = Scale(storySizes: [1_000, 10_000], duration: .seconds(5), connections: 16)
  static let quick = Scale(storySizes: [200], duration: .seconds(1), connections: 4)
}

/// Prints a line at once, also into a pipe.
func show(_ line: String) {
  FileHandle.standardOutput.write(Data((line + "\n").utf8))
}
