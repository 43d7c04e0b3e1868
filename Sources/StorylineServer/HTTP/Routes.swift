import HTTPTypes
import Hummingbird
import Logging
import StorylineModels
import StorylineStore

/// All addresses and who answers them, on one screen. A route without an answer does not compile.
struct Routes: Sendable {
  typealias Handler = @Sendable (Request, ServiceContext) async throws -> Response

  let config: ConfigController
  let health: HealthController
  let content: ContentController
  let snapshots: SnapshotController
  let media: MediaController
  let library: LibraryController
  let live: LiveController
  let token: TokenController
  let account: AccountController
  let devices: DeviceController
  let deviceFlow: DeviceFlowController
  let metadata: MetadataController
  let editor: EditorController
  let admin: AdminController
  let invites: InviteController
  let metrics: MetricsController
  let openAPI: OpenAPIController

  private func handler(for route: Route) -> Handler {
    switch route {
    case .config: config.show
    case .healthLive: health.live
    case .healthReady: health.ready
    case .contentHead: content.head
    case .contentChanges: content.changes
    case .librarySync: library.sync
    case .libraryChanges: library.changes
    case .live: live.show
    case .deviceList: devices.list
    case .deviceRename: devices.rename
    case .deviceRevoke: devices.revoke
    case .devicesRevokeOthers: devices.revokeOthers
    case .token: token.issue
    case .tokenRevoke: token.revoke
    case .deviceAuthorization: deviceFlow.begin
    case .deviceLookup: deviceFlow.lookUp
    case .deviceDecision: deviceFlow.decide
    case .authorizationServer: metadata.show
    case .openAPI: openAPI.show
    case .contentSnapshot: snapshots.newest
    case .snapshotManifest: snapshots.manifest
    case .snapshotPart: snapshots.part
    case .media: media.show
    case .exportCreate: account.createExport
    case .exportFetch: account.fetchExport
    case .libraryErase: account.eraseLibrary
    case .accountErase: account.eraseAccount
    case .editorCommit: editor.publish
    case .editorHistory: editor.history
    case .editorCommitDetail: editor.commit
    case .editorSchedule: editor.schedule
    case .editorRecords: editor.records
    case .editorMediaList: media.list
    case .editorMediaFile: media.fetch
    case .editorMediaUpload: media.upload
    case .editorMediaRemove: media.remove
    case .inviteCreate: invites.create
    case .adminDeviceList: admin.devices
    case .adminDeviceRevoke: admin.revoke
    case .adminMetrics: metrics.show
    }
  }

  func mount(on router: Router<ServiceContext>) {
    for route in Route.allCases {
      for method in route.methods {
        router.on(RouterPath(route.path), method: method, use: handler(for: route))
      }
    }
  }
}
