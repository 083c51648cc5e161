import { createContext, tick } from 'svelte'
import type { Client } from '#contract/client.ts'
import type { Events } from '#contract/events.ts'
import type { DesktopBridge } from '#contract/menu.ts'
import type { ConnectionView } from '#contract/connection-answers.ts'
import { toFailure } from '#model/failure.ts'
import { linkTo } from '#model/link.ts'
import type { Place } from '#model/settings.ts'
import { desktopDoor, type FileDoor } from '../api/file-door.ts'
import { BucketParts } from './bucket-parts.svelte.ts'
import { BucketPropertiesCache } from './bucket-properties.svelte.ts'
import type { Modifier } from './chord.ts'
import { Commands } from './commands.svelte.ts'
import { Connections } from './connections.svelte.ts'
import { Drag } from './drag.svelte.ts'
import { clipboardText, describeCargo, type Cargo } from './drop.ts'
import { Files } from './files.svelte.ts'
import { Folds } from './folds.svelte.ts'
import { openJob } from './handed-over.ts'
import { JobOrders } from './job-orders.svelte.ts'
import { Jobs } from './jobs.svelte.ts'
import { Grids, hasEdits } from './grids.svelte.ts'
import { Imports } from './imports.svelte.ts'
import { Listings } from './listings.ts'
import { ManifestDialog } from './manifest-dialog.svelte.ts'
import { Notices } from './notices.ts'
import { OwnJobs } from './own-jobs.svelte.ts'
import { Pane } from './pane.svelte.ts'
import { Plans } from './plans.svelte.ts'
import { samePlace, type PanePlace } from './place.ts'
import { KeyRing } from './key-ring.svelte.ts'
import { sourceOf } from './pour.ts'
import { Router } from './router.svelte.ts'
import { Search } from './search.svelte.ts'
import { Session } from './session.svelte.ts'
import { Sheets } from './sheets.svelte.ts'
import { SignIns } from './sign-in.svelte.ts'
import { Tour } from './tour.svelte.ts'
import { keepUp } from './upkeep.ts'

/** Everything the window knows and can do. Views take it from their context; tests make one with a fake client. */
export class App {
  readonly client: Client
  readonly modifier: Modifier
  /** What is around the window, where it is a program of its own. */
  readonly desktop: DesktopBridge | undefined
  readonly notices = new Notices()
  readonly router = new Router()
  readonly commands = new Commands()
  readonly session: Session
  readonly connections: Connections
  readonly signIn: SignIns
  readonly imports: Imports
  readonly jobs: Jobs
  readonly own: OwnJobs
  readonly orders: JobOrders
  readonly plans: Plans
  readonly listings: Listings
  readonly buckets: BucketPropertiesCache
  readonly bucketParts: BucketParts
  readonly panes: readonly [left: Pane, right: Pane]
  readonly drag: Drag
  readonly files: Files
  readonly manifest: ManifestDialog
  readonly keys: KeyRing
  readonly grids: Grids
  readonly sheets: Sheets
  /** Of the inspector. */
  readonly folds = new Folds()
  /** What Ctrl/Cmd+C took. */
  clipboard = $state.raw<Cargo>()
  side = $state<'left' | 'right'>('left')
  /** The window has no room for an inspector unless one asks for it. */
  narrow = $state(false)
  #inspectorAsked = $state(false)
  readonly tour: Tour
  /** The window knows where to begin: everything it starts with was read. */
  ready = $state(false)

  constructor(
    client: Client,
    modifier: Modifier,
    desktop?: DesktopBridge,
    door: FileDoor = desktopDoor(async () => []),
  ) {
    this.client = client
    this.modifier = modifier
    this.desktop = desktop
    this.session = new Session(client, this.notices)
    this.connections = new Connections(client)
    this.signIn = new SignIns(client, this.connections, this.notices)
    this.imports = new Imports(client, this.connections, this.notices)
    this.jobs = new Jobs(client, this.notices)
    this.orders = new JobOrders(client, this.jobs, this.notices, (name, spec) => openJob(this, name, spec))
    this.plans = new Plans(client, this.jobs, this.notices)
    this.own = new OwnJobs(client, this.jobs, this.notices, this.router)
    this.listings = new Listings(client)
    this.buckets = new BucketPropertiesCache(client)
    this.bucketParts = new BucketParts(client)
    this.keys = new KeyRing(client, this.notices, this.session)
    this.grids = new Grids(client, this.notices)
    this.sheets = new Sheets(this)
    this.manifest = new ManifestDialog(client)
    const top = () => this.connections.rows
    this.panes = [new Pane('left', this.listings, top), new Pane('right', this.listings, top)]
    this.drag = new Drag(
      (cargo, target, wanted) => this.sheets.judge(cargo, target, wanted),
      (cargo, target, kind) => this.sheets.openPour(kind, cargo, target),
      {
        judge: (target, what) => this.files.judge(target, what),
        drop: (dropped, target) => void this.files.upload(dropped, target),
      },
    )
    this.files = new Files(door, {
      client,
      notices: this.notices,
      session: this.session,
      connection: (id) => this.connections.get(id),
      onupload: (folders, target) => this.sheets.openUpload(folders, target),
      ondownload: (cargo, folder) => this.sheets.openDownload(cargo, folder),
      isFree: () => !this.sheets.pourUnderWay(),
    })
    for (const pane of this.panes) {
      pane.onleave = (listing) => {
        // The buckets of a connection are shown in the sidebar, too.
        const shown = this.panes.some((other) => other.listing === listing)
        if (!shown && listing.place.bucket !== '') listing.stop()
      }
      pane.onchange = () => {
        if (this.ready) this.keepLayout()
      }
    }
    this.tour = new Tour(this)
    keepUp(this)
    client.on('jobs.changed', () => {
      if (this.ready) this.signIn.watch(this.jobs.all)
    })
    client.on('core.changed', ({ state }) => {
      if (state === 'up') void this.#reload()
    })
  }

  /** Reads what the window begins with. */
  async start(): Promise<void> {
    await Promise.all([this.session.load(), this.connections.load(), this.jobs.load()])
    const { panes } = this.session.settings.layout
    this.panes.forEach((pane, index) => {
      const kept = panes[index]
      const known = kept?.place != null && this.connections.get(kept.place.connection) !== undefined
      pane.restore(known ? (kept?.place ?? null) : null, kept?.sort ?? pane.sort)
    })
    this.ready = true
    this.signIn.watch(this.jobs.all)
    void this.signIn.load()
    void this.tour.takeUp()
    void this.#loadGrids()
  }

  get pane(): Pane {
    return this.side === 'left' ? this.panes[0] : this.panes[1]
  }

  /** The other pane; undefined while only one is shown. */
  get otherPane(): Pane | undefined {
    if (!this.session.settings.layout.second) return undefined
    return this.side === 'left' ? this.panes[1] : this.panes[0]
  }

  /** Shows a place in the active pane. */
  goTo(place: PanePlace): void {
    this.router.go({ screen: 'browse' })
    this.pane.go(place)
    this.pane.focusList()
  }

  /** What a command takes from a pane: what is chosen there, else what is under the cursor. */
  cargoOf(pane: Pane): Cargo | undefined {
    if (pane.place === null || pane.place.connection === '') return undefined
    // Everything among versions is what is listed of them: a prefix as a whole means its objects.
    const listed = pane.view.is !== 'versions' && pane.search === undefined
    const whole = pane.choseEverything && pane.place.bucket !== '' && listed
    const rows = pane.subject
    const { place, versions } = pane
    return rows.length === 0 && !whole ? undefined : { place, rows, whole, versions }
  }

  /** Remembers what is chosen, to be pasted elsewhere. */
  take(): void {
    const cargo = this.cargoOf(this.pane)
    if (cargo === undefined) return
    this.clipboard = cargo
    // So that files which another program put there are not what is pasted next.
    void navigator.clipboard?.writeText(clipboardText(cargo)).catch(() => {})
    const action =
      this.files.can === true ? { label: 'Download…', run: () => void this.files.download(cargo) } : undefined
    this.notices.say({ kind: 'info', title: `Ready to paste: ${describeCargo(cargo)}.`, action })
  }

  /** Lists what is chosen into a metadata grid, and shows it. */
  async openGrid(cargo: Cargo): Promise<void> {
    const connection = this.connections.ref(cargo.place.connection)
    if (connection === undefined) return
    const place = sourceOf(cargo, connection)
    if (typeof place === 'string') return this.notices.say({ kind: 'error', title: place })
    const [only] = place.select
    const base = place.select.length === 1 && only?.kind === 'prefix' ? only.prefix : place.base
    const grid = await this.grids.open({ ...place, base })
    if (grid !== undefined) this.router.go({ screen: 'metadata', id: grid.id })
  }

  /** Leaves the grid that is shown. It stays open, unless nothing would be lost by closing it. */
  leaveGrid(): void {
    const { shown } = this.grids
    const snapshot = shown?.snapshot
    this.router.go({ screen: 'browse' })
    if (shown === undefined || snapshot === undefined) return
    if (!hasEdits(snapshot) && shown.rules.drafts.length === 0) void this.grids.close(snapshot.id)
  }

  /** Looks below a place, in the pane that shows it. */
  search(place: Place): void {
    const { pane } = this
    if (!samePlace(pane.place, place)) pane.go(place)
    pane.openSearch(new Search(this.client, place))
  }

  /** What a bucket says of itself stands in the inspector. */
  showBucket(): void {
    const { pane } = this
    // Within a bucket it is the bucket's while nothing in it is chosen.
    if (pane.place?.bucket) {
      pane.go({ ...pane.place, prefix: '' })
      pane.selectNothing()
    }
    this.enterInspector()
  }

  async createFolder(pane: Pane, name: string): Promise<boolean> {
    const { place } = pane
    if (place === null || place.bucket === '') return false
    const prefix = `${place.prefix}${name}/`
    try {
      const { connection, bucket } = place
      await this.client.call('objects.createFolder', { connection, bucket, prefix })
    } catch (error) {
      this.notices.failure(toFailure(error), `${name}/ was not made.`)
      return false
    }
    pane.cursorId = prefix
    pane.refresh()
    return true
  }

  /** Starts the playground where it is not running, and shows its buckets. */
  async openPlayground(): Promise<ConnectionView | undefined> {
    try {
      const connection = await this.client.call('playground.open', {})
      await this.connections.load()
      this.session.change({ welcomed: true })
      const top = { connection: connection.id, bucket: '', prefix: '' }
      this.goTo(top)
      if (this.otherPane?.place === null) this.otherPane.go(top)
      return connection
    } catch (error) {
      this.notices.failure(toFailure(error), 'The playground did not start.')
      return undefined
    }
  }

  /** One pane or two; the active one is never the hidden one. */
  toggleSecond(): void {
    const { second } = this.session.settings.layout
    if (second) this.side = 'left'
    this.session.changeLayout({ second: !second })
  }

  get inspectorShown(): boolean {
    return this.narrow ? this.#inspectorAsked : this.session.settings.layout.inspector
  }

  toggleInspector(): void {
    if (this.narrow) this.#inspectorAsked = !this.#inspectorAsked
    else this.session.changeLayout({ inspector: !this.session.settings.layout.inspector })
  }

  /** Gives the inspector the keyboard, and shows it where it is hidden. */
  enterInspector(): void {
    if (!this.inspectorShown) this.toggleInspector()
    void tick().then(() => this.focusInspector())
  }

  /** Set by whoever draws it. */
  focusInspector: () => void = () => {}

  /** What a menu of the host asks for; what cannot be done now says why. */
  obey(id: string): void {
    const command = this.commands.get(id)
    const can = command?.when()
    if (can === true) command?.run()
    else if (can !== undefined && can !== '') this.notices.say({ kind: 'info', title: can })
  }

  /** What was chosen in a notice of the system, or in the tray. */
  async actOnJob({ jobId, action }: Events['window.job']): Promise<void> {
    this.router.go({ screen: 'job', id: jobId })
    if (action === 'retry') await this.jobs.retry(jobId)
    if (action === 'undo') await this.sheets.undoJob(jobId)
  }

  /** As one gives it to others, who may have the connection under the same name. */
  async copyLink(): Promise<void> {
    const { place } = this.pane
    const connection = this.connections.get(place?.connection)
    if (place === null || connection === undefined) return
    const link = linkTo({ ...place, connection: connection.name })
    try {
      await navigator.clipboard.writeText(link)
      this.notices.say({ kind: 'info', title: 'The link was copied.', detail: link })
    } catch (error) {
      this.notices.failure(toFailure(error), 'The link could not be copied.')
    }
  }

  async showLogs(): Promise<void> {
    try {
      const { path, opened } = await this.client.call('logs.show', {})
      if (!opened)
        this.notices.say({ kind: 'info', title: 'The log files are on the machine of Decant.', detail: path })
    } catch (error) {
      this.notices.failure(toFailure(error))
    }
  }

  /** Where no bar shows the menu, a button does. */
  get hasMenuButton(): boolean {
    return this.desktop !== undefined && this.session.info?.platform !== 'darwin'
  }

  openMenu(): void {
    this.desktop?.openMenu(8, 44)
  }

  /** Remembers where both panes stand. */
  keepLayout(): void {
    const [left, right] = this.panes
    this.session.changeLayout({
      panes: [
        { place: left.place, sort: left.sort },
        { place: right.place, sort: right.sort },
      ],
    })
  }

  /** The unfinished edits are an extra of the sidebar: where they cannot be read, opening a grid says why. */
  async #loadGrids(): Promise<void> {
    await this.grids.load().catch(() => undefined)
  }

  async #reload(): Promise<void> {
    try {
      await Promise.all([this.session.load(), this.connections.load(), this.jobs.load()])
      void this.#loadGrids()
      for (const pane of this.panes) if (pane.listing?.status.is === 'failed') pane.refresh()
    } catch (error) {
      this.notices.failure(toFailure(error))
    }
  }
}

export const [getApp, setApp] = createContext<App>()
