import Foundation
import Logging
import StorylineStore

/// Prints our figures beside baselines that were taken in the same run, on the same machine, over the same wire.
///
/// Server, baseline and load share the machine's cores, so the ratios count and not the absolute figures.
@main
struct Bench {
  static func main() async throws {
    let arguments = CommandLine.arguments.dropFirst()
    let quick = arguments.contains("--quick")
    let scale = quick ? Scale.quick : .full
    let named = Set(arguments.filter { !$0.hasPrefix("-") })
    guard named.isSubset(of: names) else {
      show("usage: storyline-bench [--quick] [\(names.joined(separator: "] ["))]")
      exit(64)
    }
    let wants = { (name: String) in named.isEmpty || named.contains(name) }
    show(
      "storyline-bench · \(ProcessInfo.processInfo.activeProcessorCount) cores · HTTPS on loopback\(quick ? " · quick" : "")"
    )
    if wants("terminal") { try await TerminalBench(articles: scale.storySizes.max() ?? 0).run() }
    for articles in scale.storySizes where wants("first-sync") {
      try await FirstSyncBench(articles: articles, scale: scale).run()
    }
    if wants("editing") { try await EditingBench(articles: scale.storySizes.max() ?? 0).run() }
    if wants("watch") { try await WatchBench(rounds: quick ? 3 : 20).run() }
    if wants("poll") { try await PollBench(scale: scale).run() }
    if wants("push") { try await PushBench(scale: scale).run() }
    if wants("memory") { try await MemoryBench(articles: scale.memoryArticles).run() }
  }

  /// What can be run by itself: `storyline-bench editing`.
  private static let names = ["terminal", "first-sync", "editing", "watch", "poll", "push", "memory"]
}

/// How much of each.
struct Scale: Sendable {
  var storySizes: [Int]
  /// Of each measurement.
  var duration: Duration
  var connections: Int
  /// Of the story whose first sync is watched for memory.
  var memoryArticles: Int

  static let full = Scale(storySizes: [1_000, 10_000], duration: .seconds(5), connections: 16, memoryArticles: 100_000)
  static let quick = Scale(storySizes: [200], duration: .seconds(1), connections: 4, memoryArticles: 200)
}

/// Prints a line at once, also into a pipe.
func show(_ line: String) {
  FileHandle.standardOutput.write(Data((line + "\n").utf8))
}
