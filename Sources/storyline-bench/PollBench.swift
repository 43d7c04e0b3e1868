import Foundation
import StorylineModels
import StorylineStore

/// A device that has everything asks whether there is more.
struct PollBench {
  let scale: Scale

  func run() async throws {
    try await Workplace.with { workplace in
      let store = try StoryStore.open(
        at: workplace.path + "/store.sqlite", options: StoreOptions(pepper: .random()))
      try await SyntheticStory.publish(scale.storySizes[0], in: store)
      let token = try await enrol(in: store).accessToken
      let head = try await store.contentHead().cursor
      let report = Report(title: "Poll of an up-to-date device, \(scale.connections) at once", unit: "polls/s")
      report.heading()
      let path = "\(Route.contentChanges.path)?after=\(head)"
      let empty = try await store.contentPage(after: head).body
      let results = Box<(LoadResult, LoadResult)>()
      let scale = scale
      try await servingStory(store, in: workplace) { port in
        try await withHTTPClient(trusting: workplace) { client in
          let ours = try await load(workers: scale.connections, for: scale.duration, prepare: { _ in 0 }) { _ in
            try await fetch("https://localhost:\(port)\(path)", token: token, client: client).count
          }
          try await servingBare(answer: empty, in: workplace) { barePort in
            let baseline = try await load(workers: scale.connections, for: scale.duration, prepare: { _ in 0 }) { _ in
              try await fetch("https://localhost:\(barePort)/bare", client: client).count
            }
            await results.set((ours, baseline))
          }
        }
      }
      let (ours, baseline) = try await results.value()
      report.row("storylined", ours.perSecond, latencyNote(ours))
      report.row("bare route, the same bytes", baseline.perSecond, latencyNote(baseline))
      report.ratio("storylined of bare", ours: ours.perSecond, baseline: baseline.perSecond)
      try store.close()
    }
  }
}
