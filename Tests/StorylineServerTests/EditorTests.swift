import Foundation
import HTTPTypes
import StorylineModels
import StorylineStore
import Testing

@testable import StorylineServer

@Suite struct EditorTests {
  private func commit(_ body: String, key: String = UUID().uuidString, by editor: TestEditor) throws -> Ask {
    try editor.prove(Ask(.editorCommit)).sending(body).with(try #require(HTTPField.Name.idempotencyKey), key)
  }

  @Test(arguments: Backend.allCases)
  func `an editor publishes, and readers get it at once`(backend: Backend) async throws {
    try await TestService.run(on: backend) { service in
      let editor = try await service.editor()
      let reply = try await service.send(try commit(SampleEdit.source("New Desk"), by: editor))
      #expect(reply.status == 200, "\(String(decoding: reply.body, as: UTF8.self))")
      #expect(reply.headers["cache-control"] == "private, no-store")
      let made = try reply.decoded(as: EditorCommitReply.self)
      let head = try await service.store.contentHead()
      #expect(made.written == 1 && made.cursor == head.cursor)
      let history = try await service.send(try editor.prove(Ask(.editorHistory))).decoded(as: EditorHistory.self)
      #expect(history.commits.first?.rev == made.rev && history.commits.first?.new == 1)
      #expect(history.commits.first?.author.hasPrefix("desk (account ") == true)
      let detail = try await service.send(
        try editor.prove(Ask(.editorCommitDetail, id: "\(try #require(made.rev))"))
      ).decoded(as: EditorCommitDetail.self)
      #expect(detail.changes.map(\.id) == ["contract-desk"] && detail.changes[0].before == nil)
    }
  }

  @Test func `only the scope of an editor opens the editor's addresses`() async throws {
    try await TestService.run(on: .inProcess) { service in
      let reader = try await service.token()
      for route in Route.allCases where route.access == .scope(.storyEdit) {
        #expect(try await service.send(Ask(route)).status == 401, "\(route)")
        #expect(try await service.send(Ask(route, token: reader)).status == 403, "\(route)")
      }
      let refused = try await service.send(
        Ask(.editorCommit, token: reader).sending(SampleEdit.source("Mine"))
          .with(try #require(HTTPField.Name.idempotencyKey), "a-reader's-key"))
      #expect(refused.status == 403)
      #expect(try await !service.store.contentRecords().contains { $0.id == "contract-desk" })
    }
  }

  @Test func `a commit that saw another revision is refused whole, and what it missed is named`() async throws {
    try await TestService.run(on: .inProcess) { service in
      let editor = try await service.editor()
      let first = try await service.send(try commit(SampleEdit.source("One", ifMatch: 0), by: editor))
      let rev = try #require(try first.decoded(as: EditorCommitReply.self).rev)
      let late = try await service.send(try commit(SampleEdit.source("Two", ifMatch: 0), by: editor))
      #expect(late.status == 412)
      #expect(try late.problem().conflicts == [.init(kind: .source, id: "contract-desk", rev: rev)])
      let next = try await service.send(try commit(SampleEdit.source("Two", ifMatch: Int(rev)), by: editor))
      #expect(next.status == 200)
    }
  }

  @Test func `a commit that is sent again is published once, and its key serves for nothing else`() async throws {
    try await TestService.run(on: .inProcess) { service in
      let editor = try await service.editor()
      let body = SampleEdit.source("Once", ifMatch: 0)
      let first = try await service.send(try commit(body, key: "the-same-key", by: editor))
      let again = try await service.send(try commit(body, key: "the-same-key", by: editor))
      #expect(first.status == 200 && again.status == 200 && first.body == again.body)
      let other = try await service.send(try commit(SampleEdit.source("Twice"), key: "the-same-key", by: editor))
      #expect(try other.status == 422 && other.problem().code == .keyReused)
      // Another editor's key is another key.
      let colleague = try await service.editor()
      let theirs = try await service.send(
        try commit(SampleEdit.source("Twice"), key: "the-same-key", by: colleague))
      #expect(theirs.status == 200)
      let bare = try await service.send(try editor.prove(Ask(.editorCommit)).sending(body))
      #expect(bare.status == 400)
    }
  }

  @Test(arguments: [
    #"{"author":"desk","changes":[{"kind":"source","id":"a","body":{"id":"b","name":"N","type":"t"}}]}"#,
    #"{"author":"desk","changes":[{"kind":"source","id":"a","body":{"id":"a","name":"N"}}]}"#,
    #"{"author":"desk","changes":[{"kind":"source","id":"a","body":{"id":"a","name":"\u001b[2J","type":"t"}}]}"#,
    #"{"author":"desk","changes":[{"kind":"source","id":"a","body":{"id":"a","name":"\u202e","type":"t"}}]}"#,
    #"{"author":"desk","changes":[{"kind":"source","id":"a","body":{"id":"a","name":"\u0085","type":"t"}}]}"#,
    #"{"author":"desk","changes":[{"kind":"story","id":"other","body":{"id":"other","title":"O","status":"ongoing","language":"en","brief":[],"chapters":[]}}]}"#,
    #"{"author":"desk","changes":[{"kind":"source","id":"a","deleted":true,"reason":"whim"}]}"#,
    #"{"author":"desk","changes":[{"kind":"source","id":"a"}]}"#,
    #"{"author":"desk","changes":[{"kind":"unknown","id":"a","body":null}]}"#,
    #"{"author":"desk","changes":[{"kind":"unknown","id":"a","body":[]}]}"#,
    #"{"author":"desk","changes":[{"kind":"unknown","id":"a","body":"text","publish_at":"2100-01-01T00:00:00Z"}]}"#,
    #"{"author":"desk","changes":[{"kind":"source","id":"a","deleted":true,"body":{"id":"a","name":"N","type":"t"}}]}"#,
    #"{"author":"","changes":[{"kind":"source","id":"a","body":{"id":"a","name":"N","type":"t"}}]}"#,
    #"{"author":"a\nb","changes":[{"kind":"source","id":"a","body":{"id":"a","name":"N","type":"t"}}]}"#,
    #"{"author":"desk","changes":[{"kind":"source","id":"../a","body":{"id":"../a","name":"N","type":"t"}}]}"#,
    #"{"author":"desk","changes":{}}"#, #"{"author":"desk","changes":[1]}"#, #"{"changes":[]}"#, "[]",
  ])
  func `what no reader should get is refused, and nothing is published`(body: String) async throws {
    try await TestService.run(on: .inProcess) { service in
      let editor = try await service.editor()
      let head = try await service.store.contentHead()
      let reply = try await service.send(try commit(body, by: editor))
      #expect([400, 422].contains(reply.status), "\(reply.status): \(String(decoding: reply.body, as: UTF8.self))")
      #expect(try await service.store.contentHead() == head)
    }
  }

  @Test func `a published article whose words change needs a new update about it, in the same commit`() async throws {
    try await TestService.run(on: .inProcess) { service in
      let editor = try await service.editor()
      let head = try await service.store.contentHead()
      let silent = try await service.send(try commit(try SampleEdit.article(3, "Otherwise."), by: editor))
      #expect(try silent.status == 422 && silent.problem().code == .commitInvalid)
      #expect(try silent.problem().detail?.contains("article-3") == true)
      #expect(try await service.store.contentHead() == head)
      // About another article, or one that readers have seen already: neither is a note about this change.
      let other = try await service.send(
        try commit(try SampleEdit.article(3, "Otherwise.", note: "u-1", about: "article-1"), by: editor))
      #expect(other.status == 422)
      let told = try await service.send(
        try commit(try SampleEdit.article(3, "Otherwise.", note: "u-3", about: "article-3"), by: editor))
      #expect(told.status == 200, "\(String(decoding: told.body, as: UTF8.self))")
      let again = try await service.send(
        try commit(try SampleEdit.article(3, "Once more.", note: "u-3", about: "article-3"), by: editor))
      #expect(again.status == 422)
      // What readers do not read needs none, nor does what they have not seen.
      for body in [try SampleEdit.article(3, "Otherwise.", tags: ["x"]), try SampleEdit.article(9, "New.")] {
        #expect(try await service.send(try commit(body, by: editor)).status == 200)
      }
    }
  }

  @Test func `the note of a change that waits must come out with it or before`() async throws {
    try await TestService.run(on: .inProcess) { service in
      let editor = try await service.editor()
      let (soon, late) = ("2998-01-01T00:00:00.000Z", "2999-01-01T00:00:00.000Z")
      for (article, note, status) in [(soon, late, 422), (late, late, 200), (soon, soon, 200)] {
        let body = try SampleEdit.article(3, "Later.", note: "u-later", about: "article-3", at: article, noteAt: note)
        #expect(try await service.send(try commit(body, by: editor)).status == status, "\(article) \(note)")
      }
      // The note waits there already.
      let moved = try SampleEdit.article(3, "Later still.", at: late)
      #expect(try await service.send(try commit(moved, by: editor)).status == 200)
      let published = try SampleEdit.article(3, "Now.")
      #expect(try await service.send(try commit(published, by: editor)).status == 422)
    }
  }

  @Test func `only an operator makes invites, and what is made enrols`() async throws {
    try await TestService.run(on: .inProcess) { service in
      let wanted = InviteRequest(scope: Scope.reader, devices: 2, expiresIn: 3600)
      let (editor, admin) = (try await service.editor(), try await service.editor(Scope.everything))
      #expect(try await service.send(try editor.prove(Ask(.inviteCreate)).sending(wanted)).status == 403)
      let answer = try await service.send(try admin.prove(Ask(.inviteCreate)).sending(wanted))
      let made = try answer.decoded(as: InviteReply.self)
      #expect(answer.headers["cache-control"] == "private, no-store" && made.devices == 2)
      for _ in 0..<2 {
        let enrolment = try await service.store.redeem(
          InviteRedemption(invite: made.invite, requestID: UUID().uuidString))
        #expect(enrolment.scope == Scope.reader)
      }
      #expect(!service.log.lines.contains { $0.contains(made.invite) }, "an invite is in the log")
    }
  }

  @Test func `a body that is too large is refused before it is read`() async throws {
    try await TestService.run(on: .inProcess) { service in
      let editor = try await service.editor()
      let large = String(repeating: "x", count: 6 << 20)
      #expect(try await service.send(try commit(SampleEdit.source(large), by: editor)).status == 413)
    }
  }

  @Test func `what waits for its time is seen by editors only, and the scheduler publishes it`() async throws {
    let time = ManualTime()
    try await TestService.run(on: .inProcess, clock: { time.now }) { service in
      let editor = try await service.editor()
      let reader = try await service.token()
      let due = Timestamp(milliseconds: time.now.milliseconds + 5_000)
      let body = SampleEdit.scheduled.replacing("2999-01-01T00:00:00.000Z", with: "\(due)")
      let reply = try await service.send(try commit(body, by: editor)).decoded(as: EditorCommitReply.self)
      #expect(reply.rev == nil && reply.scheduled == 1)
      let schedule = try await service.send(try editor.prove(Ask(.editorSchedule))).decoded(as: EditorSchedule.self)
      #expect(schedule.records.map(\.id) == ["later"])
      let page = try await service.send(Ask(.contentChanges, query: "after=start", token: reader))
      #expect(!String(decoding: page.body, as: UTF8.self).contains("later"))
      let scheduler = Scheduler(
        store: service.store, bell: ScheduleBell(), logger: service.log.logger, now: { time.now })
      #expect(await scheduler.look() == .milliseconds(5_000))
      time.set(due)
      #expect(await scheduler.look() == .seconds(60))
      #expect(try await service.store.contentRecords().contains { $0.id == "later" })
      #expect(!service.log.lines.contains { $0.contains("later") }, "a record's id is in the log")
    }
  }

  @Test func `the bell wakes the scheduler, and so does the end`() async throws {
    let bell = ScheduleBell()
    await bell.ring()
    await bell.wait(atMost: .seconds(3_600))
    let waiting = Task { await bell.wait(atMost: .seconds(3_600)) }
    await bell.ring()
    await waiting.value
    let cancelled = Task { await bell.wait(atMost: .seconds(3_600)) }
    cancelled.cancel()
    await cancelled.value
    await bell.wait(atMost: .milliseconds(1))
  }

  @Test func `all records come in pages`() async throws {
    try await TestService.run(on: .inProcess) { service in
      let editor = try await service.editor()
      let reply = try await service.send(try editor.prove(Ask(.editorRecords)))
      let raw = try RawJSON(validating: reply.body)
      let records = try #require(try raw.members().first { $0.name == "records" }).value.elements()
      #expect(records.count == (try await service.store.contentRecords().count))
      #expect(try raw.members().last?.value.text == "null")
      #expect(try await service.send(try editor.prove(Ask(.editorRecords, query: "after=a"))).status == 400)
      let first = try await service.send(try editor.prove(Ask(.editorRecords, query: "after=article.0")))
      #expect(first.status == 200)
    }
  }
}
