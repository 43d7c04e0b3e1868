import StorylineClient
import StorylineModels

// What `--json` prints. Members are only ever added; each command's help names them.

struct NowReport: Codable, Hashable {
  var story: Story
  var changes: CatchUp
  var status: ReplicaStatus
}

struct ArticlesReport: Codable, Hashable {
  var articles: [ArticleSummary]
}

struct UnreadReport: Codable, Hashable { var unread: Int }

struct TimelineReport: Codable, Hashable {
  var chapters: [Story.Chapter]
  var events: [Event]
  /// Those that the events name.
  var actors: [Actor]
}

struct PositionsReport: Codable, Hashable {
  /// The date that the board is of; nil is now.
  var at: PartialDate?
  var positions: [Position]
  var actors: [Actor]
}

struct QuotesReport: Codable, Hashable {
  var quotes: [Quote]
  var actors: [Actor]
}

struct CommitmentsReport: Codable, Hashable {
  struct Total: Codable, Hashable {
    var currency: String
    /// Decimal numbers as text.
    var announced: String
    var delivered: String
    var approximate: Bool
  }

  /// nil with `--total`.
  var commitments: [Commitment]?
  /// One for each currency.
  var totals: [Total]
  var actors: [Actor]
}

struct SearchReport: Codable, Hashable {
  var words: String
  var hits: [SearchHit]
}

struct StatusReport: Codable, Hashable {
  var home: String
  var server: String?
  var account: String?
  var device: String?
  /// nil if there is no replica yet.
  var replica: ReplicaStatus?
}

struct LoginReport: Codable, Hashable {
  var server: String
  var account: String
  var device: String
}

struct ApprovedReport: Codable, Hashable { var approved: String }

struct DeniedReport: Codable, Hashable { var denied: String }

struct RenamedReport: Codable, Hashable { var renamed: String }

struct RevokedReport: Codable, Hashable { var revoked: [String] }

struct SignedOutReport: Codable, Hashable {
  var signedOut: Bool
  var toldServer: Bool
}

struct WipedReport: Codable, Hashable {
  var wiped: Bool
  var toldServer: Bool
}

struct SyncResultReport: Codable, Hashable {
  var report: SyncReport
  var status: ReplicaStatus
  /// Only where they were asked for.
  var images: ImageReport?
}

struct ConfigInitReport: Codable, Hashable { var path: String }

struct ConfigCheckReport: Codable, Hashable {
  var path: String
  var faults: [ConfigFault]
}

struct ProfilesReport: Codable, Hashable {
  struct Profile: Codable, Hashable {
    var name: String?
    var home: String
    var server: String?
    var account: String?
    var isPresent: Bool
  }

  var profiles: [Profile]
}

struct CompletionsReport: Codable, Hashable {
  var shell: String
  var script: String
}

struct RepairReport: Codable, Hashable {
  /// nil if nothing was damaged.
  var report: RebuildReport?
}

/// What `mark`, `save` and `unsave` print.
struct MarkReport: Codable, Hashable {
  var article: ArticleSummary
  /// Marks that wait for the next sync.
  var pending: Int
}
