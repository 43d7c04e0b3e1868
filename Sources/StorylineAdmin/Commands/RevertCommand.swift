import ArgumentParser
import Foundation
import StorylineModels
import StorylineSeeds
import StorylineStore

struct RevertCommand: AdminAction {
  static let configuration = CommandConfiguration(
    commandName: "revert",
    abstract: "Publish a new commit that undoes an earlier one.",
    discussion: """
      What the commit made is taken down, what it changed gets its words back, what it took down comes back. Refused \
      if a later commit changed one of these records again. Readers are told with --note about every article whose \
      words change. The folder that the commit came from is not changed: take the words back there too, or the next \
      “apply” publishes them again.

      Examples:
        storyline-admin show 12
        storyline-admin revert 12
        storyline-admin revert 12 --note "The figures of this morning were wrong."
      """)

  @Argument(help: ArgumentHelp("The commit's number, from “history”.", valueName: "rev"))
  var rev: Int64

  @OptionGroup var note: NoteOptions

  @OptionGroup var author: AuthorOption

  @OptionGroup var desk: DeskOptions

  func run(_ context: AdminContext) async throws {
    let result = try await desk.withDesk(context) { desk in
      let detail = try await desk.commit(rev)
      return try await desk.publish(try commit(undoing: detail, context))
    }
    guard let made = result.rev else { return context.console.out("nothing changed: commit \(rev) is undone already") }
    context.console.out(
      "published as commit \(made): it undoes commit \(rev) (\(result.written) written, \(result.removed) removed)")
    context.console.out("Take the words back in the folder too, or the next “apply” publishes them again.")
  }

  private func commit(undoing detail: CommitDetail, _ context: AdminContext) throws -> ContentCommit {
    var commit = ContentCommit(author: author.name(context), requestKey: UUID().uuidString)
    for change in detail.changes {
      let name = "\(change.kind) \(change.id)"
      if let later = change.replacedBy {
        throw AdminFailure("commit \(later) changed \(name) again; undo that one first; nothing was changed")
      }
      commit.preconditions.append(
        .init(kind: change.kind, id: change.id, rev: change.isPublished ? detail.summary.rev : nil))
      guard change.wasPublished else {
        commit.removals.append(.init(kind: change.kind, id: change.id, reason: "error"))
        continue
      }
      guard let before = change.before else {
        throw AdminFailure("the words of \(name) before commit \(rev) are not kept any more; nothing was changed")
      }
      let entity = try Entity(kind: change.kind, id: change.id, body: before)
      commit.entities.append(entity)
      guard case .article(let article) = entity, let after = change.after,
        case .article(let now) = try Entity(kind: .article, id: change.id, body: after)
      else { continue }
      try tell(of: article, now: now, in: &commit, context)
    }
    return commit
  }

  /// The note that goes along with an article whose words change back.
  private func tell(
    of article: Article, now: Article, in commit: inout ContentCommit, _ context: AdminContext
  ) throws {
    var next = article
    next.version = now.version + 1
    guard let change = MissingNote(before: now, now: next) else { return }
    guard let words = note.words else {
      throw AdminFailure(
        "readers must be told what changes in “\(now.headline)” (\(now.id)): say it with --note \"…\"; "
          + "nothing was changed")
    }
    commit.entities.append(
      .update(
        Update(
          id: Identifier(UpdateText.id(article: change.article, version: change.toVersion)), story: article.story,
          target: .init(kind: .article, id: change.article), type: .init(rawValue: words.type), at: context.now(),
          note: words.text, blocks: change.blocks.map { Identifier<Block>($0) }, fromVersion: change.fromVersion,
          toVersion: change.toVersion)))
  }
}

struct WithdrawCommand: AdminAction {
  static let configuration = CommandConfiguration(
    commandName: "withdraw",
    abstract: "Take one record down, for a reason that devices are told.",
    discussion: """
      It goes from every device at its next sync, and from the snapshots. With the reason “legal” its words go from \
      the history too, and its images with them, unless something else shows them. Facts that rest on a withdrawn article are named; withdraw them too, or correct them. Take it \
      out of the folder as well, or the next “apply” publishes it again.

      Examples:
        storyline-admin withdraw 2024-12-03-ministers-meet --reason retracted
        storyline-admin withdraw q-stand-with --kind quote --reason error
      """)

  enum Reason: String, ExpressibleByArgument, CaseIterable { case legal, retracted, error }

  @Argument(help: ArgumentHelp("The record's id.", valueName: "id"))
  var id: String

  @Option(help: "Why: legal, retracted or error.")
  var reason: Reason

  @Option(help: ArgumentHelp("What it is, if several kinds have this id.", valueName: "kind"))
  var kind: String?

  @OptionGroup var author: AuthorOption

  @OptionGroup var desk: DeskOptions

  func run(_ context: AdminContext) async throws {
    let (result, record, resting, sharing) = try await desk.withDesk(context) { desk in
      let records = try await desk.records()
      let record = try found(in: records)
      let resting = try records.compactMap { try $0.entity() }.filter { entity in
        record.kind == .article && entity.evidence.contains { $0.article.rawValue == id }
      }
      let images = Set(try record.entity()?.images.filter { MediaID(address: $0) != nil } ?? [])
      let sharing = try records.filter { $0.id != record.id || $0.kind != record.kind }.compactMap { try $0.entity() }
        .filter { !images.isDisjoint(with: $0.images) }
      let commit = ContentCommit(
        removals: [.init(kind: record.kind, id: record.id, reason: reason.rawValue)],
        preconditions: [.init(kind: record.kind, id: record.id, rev: record.rev)], author: author.name(context),
        requestKey: UUID().uuidString)
      return (try await desk.publish(commit), record, resting, sharing)
    }
    guard let rev = result.rev else { return context.console.out("nothing changed") }
    context.console.out("published as commit \(rev): \(record.kind) \(record.id) is withdrawn (\(reason.rawValue))")
    for entity in sharing { context.console.err("warning: \(entity.kind) \(entity.id) shows an image of it too") }
    for entity in resting { context.console.err("warning: \(entity.kind) \(entity.id) rests on its words") }
  }

  private func found(in records: [ContentChange]) throws -> ContentChange {
    let matches = records.filter { $0.id == id && (kind == nil || $0.kind.rawValue == kind) }
    switch matches.count {
    case 1: return matches[0]
    case 0: throw AdminFailure("nothing that is published has the id “\(id)”; nothing was changed")
    default:
      let kinds = matches.map(\.kind.rawValue).sorted().joined(separator: ", ")
      throw AdminFailure("“\(id)” is the id of several records; say which with --kind (\(kinds)); nothing was changed")
    }
  }
}
