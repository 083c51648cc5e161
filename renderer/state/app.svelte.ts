import { createContext, tick } from 'svelte'
import type { Client } from '#contract/client.ts'
import type { Events, Opened } from '#contract/events.ts'
import type { DesktopBridge } from '#contract/menu.ts'
import type { LocalFolder } from '#contract/answers.ts'
import type { ConnectionView } from '#contract/connection-answers.ts'
import { toFailure } from '#model/failure.ts'
import type { JobDetail, JobSnapshot } from '#model/job.ts'
import { parseJobFile } from '#model/job-file.ts'
import { linkTo, type PlaceLink } from '#model/link.ts'
import type { Place } from '#model/settings.ts'
import { PLAIN_SOURCE, type JobSpec } from '#model/spec.ts'
import { undoOf } from '#model/undo.ts'
import { desktopDoor, type FileDoor } from '../api/file-door.ts'
import { BucketParts } from './bucket-parts.svelte.ts'
import { BucketPropertiesCache } from './bucket-properties.svelte.ts'
import type { Modifier } from './chord.ts'
import { Commands } from './commands.svelte.ts'
import { Connections } from './connections.svelte.ts'
import { Drag } from './drag.svelte.ts'
import { Draft } from './draft.svelte.ts'
import {
  clipboardText,
  describeCargo,
  judgeDrop,
  type Cargo,
  type DropVerdict,
  type PourKind,
} from './drop.ts'
import { Files } from './files.svelte.ts'
import { Folds } from './folds.svelte.ts'
import { JobOrders } from './job-orders.svelte.ts'
import { importRecord } from './job-records.ts'
import { Jobs } from './jobs.svelte.ts'
import { gridSpec, planBlocked } from './grid-plan.ts'
import { Grids, hasEdits } from './grids.svelte.ts'
import { Imports } from './imports.svelte.ts'
import { Listings } from './listings.ts'
import { ManifestDialog } from './manifest-dialog.svelte.ts'
import { Notices } from './notices.ts'
import { OwnJobs } from './own-jobs.svelte.ts'
import { Pane } from './pane.svelte.ts'
import { Plans } from './plans.svelte.ts'
import { resolveSpec } from './opened-job.ts'
import { parsePlace, samePlace, type PanePlace } from './place.ts'
import { KeyRing } from './key-ring.svelte.ts'
import {
  deleteSpec,
  downloadSpec,
  editSpec,
  namesSpec,
  paritySpec,
  pourSpec,
  renameSpec,
  sourceOf,
  uploadSpec,
  type MadeSpec,
} from './pour.ts'
import { Router } from './router.svelte.ts'
import { Search } from './search.svelte.ts'
import { Session } from './session.svelte.ts'
import { changesNothing, isSheetSpec } from './sheet-spec.ts'
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
  /** The pour sheet shows it whenever it is open. */
  readonly pour: Draft
  /** The question before a deletion shows it whenever it is open. */
  readonly deletion: Draft
  /** The bucket that is asked about, where the deletion is to empty one. */
  emptying = $state.raw<Place>()
  readonly keys: KeyRing
  readonly grids: Grids
  /** The question before a job is taken back shows it whenever it is open. */
  readonly undoing: Draft
  /** What will not come back, as the job says. */
  undoNote = $state<string>()
  /** The plan of a metadata grid shows it whenever it is open. */
  readonly gridPlan: Draft
  /** Of the inspector. */
  readonly folds = new Folds()
  /** The pour sheet is put aside, so that more places are taken from the panes. */
  pourAside = $state(false)
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
    this.orders = new JobOrders(client, this.jobs, this.notices, (name, spec) => this.openJob(name, spec))
    this.plans = new Plans(client, this.jobs, this.notices)
    this.own = new OwnJobs(client, this.jobs, this.notices, this.router)
    this.listings = new Listings(client)
    this.buckets = new BucketPropertiesCache(client)
    this.bucketParts = new BucketParts(client)
    this.keys = new KeyRing(client, this.notices, this.session)
    this.pour = new Draft(client, this.jobs)
    this.deletion = new Draft(client, this.jobs)
    this.gridPlan = new Draft(client, this.jobs)
    this.undoing = new Draft(client, this.jobs)
    this.grids = new Grids(client, this.notices)
    this.manifest = new ManifestDialog(client)
    const top = () => this.connections.rows
    this.panes = [new Pane('left', this.listings, top), new Pane('right', this.listings, top)]
    this.drag = new Drag(
      (cargo, target, wanted) => this.judge(cargo, target, wanted),
      (cargo, target, kind) => this.openPour(kind, cargo, target),
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
      onupload: (folders, target) => this.openUpload(folders, target),
      ondownload: (cargo, folder) => this.openDownload(cargo, folder),
      isFree: () => !this.#pourUnderWay(),
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

  judge(cargo: Cargo, target: Place, wanted: PourKind): DropVerdict {
    return judgeDrop({
      cargo,
      target,
      wanted,
      source: this.connections.get(cargo.place.connection),
      destination: this.connections.get(target.connection),
    })
  }

  /** Opens the pour sheet for what is to be copied or moved to a place. */
  openPour(kind: PourKind, cargo: Cargo, target: Place): void {
    const verdict = this.judge(cargo, target, kind)
    if (!verdict.ok) return this.notices.say({ kind: 'error', title: verdict.reason })
    const source = this.connections.ref(cargo.place.connection)
    const destination = this.connections.ref(target.connection)
    if (source === undefined || destination === undefined || this.#pourUnderWay()) return
    const { pour: defaults } = this.session.settings
    this.#open(this.pour, pourSpec({ kind: verdict.kind, cargo, target, source, destination, defaults }))
  }

  /** Opens the pour sheet for files of this computer. */
  openUpload(folders: readonly LocalFolder[], target: Place): void {
    const destination = this.connections.ref(target.connection)
    if (destination === undefined || this.#pourUnderWay()) return
    this.#open(this.pour, uploadSpec({ folders, target, destination, defaults: this.session.settings.pour }))
  }

  /** Opens the pour sheet for objects that go into a folder of this computer. */
  openDownload(cargo: Cargo, folder: string): void {
    const source = this.connections.ref(cargo.place.connection)
    if (source === undefined || this.#pourUnderWay()) return
    this.#open(this.pour, downloadSpec({ cargo, folder, source, defaults: this.session.settings.pour }))
  }

  /** Opens the pour sheet for a rename, which is a move to another name. */
  openRename(cargo: Cargo, name: string): void {
    const connection = this.connections.ref(cargo.place.connection)
    if (connection === undefined || this.#pourUnderWay()) return
    this.#open(this.pour, renameSpec(cargo, name, connection, this.session.settings.pour))
  }

  /** Opens the sheet for new names by rules, where the objects are. */
  openNames(cargo: Cargo): void {
    const connection = this.connections.ref(cargo.place.connection)
    if (connection === undefined || this.#pourUnderWay()) return
    const made = namesSpec(cargo, connection, this.session.settings.pour)
    if (made.ok) void this.pour.open(made.spec)
    else this.notices.say({ kind: 'error', title: made.reason })
  }

  /** Opens the sheet for properties that are changed where the objects are. */
  openEdit(cargo: Cargo): void {
    const source = this.connections.ref(cargo.place.connection)
    if (source === undefined || this.#pourUnderWay()) return
    const made = editSpec(cargo, source, this.session.settings.pour)
    if (made.ok) void this.pour.hold(made.spec)
    else this.notices.say({ kind: 'error', title: made.reason })
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

  /** Plans an edit job from the grid that is shown, or says why that cannot be. */
  async planGrid(): Promise<void> {
    const { shown } = this.grids
    await shown?.rules.flush()
    const snapshot = shown?.snapshot
    const connection = this.connections.ref(snapshot?.connection ?? '')
    if (shown === undefined || snapshot === undefined || connection === undefined || this.gridPlan.isOpen)
      return
    const reason = planBlocked(snapshot, shown.rules.drafts)
    if (reason !== undefined) return this.notices.say({ kind: 'info', title: reason })
    await this.gridPlan.open(gridSpec(snapshot, connection, this.session.settings.pour.verify))
  }

  /** Opens the sheet for a comparison with another place. */
  openCompare(cargo: Cargo, target: Place): void {
    const source = this.connections.ref(cargo.place.connection)
    const destination = this.connections.ref(target.connection)
    if (source === undefined || destination === undefined || this.#pourUnderWay()) return
    this.#open(this.pour, paritySpec({ cargo, target, source, destination }))
  }

  /** Opens the sheet for work among the versions of a place. */
  openSheet(made: MadeSpec): void {
    if (!this.#pourUnderWay()) this.#open(this.pour, made)
  }

  /** A sheet that is put aside is not forgotten by opening another. */
  #pourUnderWay(): boolean {
    if (!this.pourAside || !this.pour.isOpen) return false
    this.notices.say({
      kind: 'info',
      title: 'A job is being set up.',
      detail: 'Add to it at the bottom of the window, or close it first.',
    })
    return true
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

  /**
   * Asks before a bucket is emptied, with the count that its plan finds: where versions were ever kept, all of them,
   * and the delete markers, by their ids.
   */
  async openEmptying(place: Place): Promise<void> {
    const connection = this.connections.ref(place.connection)
    if (connection === undefined) return
    this.router.close()
    await this.buckets.learn(place)
    const take = this.buckets.get(place)?.versioning === 'off' ? 'current' : 'all'
    const select = [{ kind: 'prefix', prefix: '' }] as const
    this.emptying = place
    void this.deletion.open({
      ...{ v: 1, kind: 'delete' },
      sources: [
        {
          ...PLAIN_SOURCE,
          connection,
          bucket: place.bucket,
          select: [...select],
          base: '',
          versions: { take },
        },
      ],
    })
  }

  /** Asks before it deletes, with the count that its plan finds. */
  openDeletion(cargo: Cargo): void {
    const source = this.connections.ref(cargo.place.connection)
    if (source === undefined) return
    this.emptying = undefined
    this.#open(this.deletion, deleteSpec(cargo, source))
  }

  /** Asks before it takes back what a job did, with the count that its plan finds. */
  openUndo({ snapshot, spec, undo }: Pick<JobDetail, 'snapshot' | 'spec' | 'undo'>): void {
    if (undo.is === 'no' || undo.is === 'not-yet') {
      this.notices.say({ kind: 'info', title: undo.why })
      return
    }
    this.undoNote = undo.is === 'partly' ? undo.why : undefined
    void this.undoing.open(undoOf(snapshot.id, spec))
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
    if (action === 'undo') await this.undoJob(jobId)
  }

  /** Shows what taking a job back would do, or says why it cannot be. */
  async undoJob(id: string): Promise<void> {
    try {
      this.openUndo(await this.client.call('jobs.get', { id }))
    } catch (error) {
      this.notices.failure(toFailure(error))
    }
  }

  /** A link or a file that the system handed over: shown, and never carried out by itself. */
  opened(what: Opened): void {
    switch (what.what) {
      case 'place':
        return this.#openLink(what.link)
      case 'job':
        return this.openJob(what.file, what.spec)
      case 'refused':
        return this.notices.say({ kind: 'error', title: what.message })
    }
  }

  #openLink({ connection, bucket, prefix }: PlaceLink): void {
    const refuse = (why: string): void =>
      this.notices.say({ kind: 'error', title: `The link was not opened: ${why}.` })
    const named = this.connections.all.filter(({ name }) => name === connection)
    const found = this.connections.get(connection) ?? (named.length === 1 ? named[0] : undefined)
    if (found === undefined) {
      const many = named.length > 1 ? `${named.length} connections are` : 'no connection is'
      return refuse(`${many} called ${JSON.stringify(connection)} here`)
    }
    if (bucket === '') return this.goTo({ connection: found.id, bucket: '', prefix: '' })
    const parsed = parsePlace(`s3://${bucket}/${prefix}`, found.id)
    if (parsed.ok) this.goTo(parsed.place)
    else refuse(parsed.reason.replace(/\.$/, ''))
  }

  /** A job file, as text. */
  async importRecord(file: File): Promise<void> {
    try {
      const job = await importRecord(this.client, file)
      this.notices.say({ kind: 'done', title: 'The record was imported.', detail: job.title })
      this.router.go({ screen: 'job', id: job.id })
    } catch (error) {
      this.notices.failure(toFailure(error), `${file.name} could not be imported.`)
    }
  }

  openJobText(file: string, text: string): void {
    const parsed = parseJobFile(file, text)
    if (parsed.ok) this.openJob(file, parsed.spec)
    else this.notices.say({ kind: 'error', title: parsed.message })
  }

  /** Plans a job that came in a file, and shows the plan. */
  openJob(file: string, asked: JobSpec): void {
    const resolved = resolveSpec(file, asked, {
      connections: this.connections.all.flatMap(({ id }) => this.connections.ref(id) ?? []),
      hasJob: (id) => this.jobs.byId.has(id),
      hasGrid: (id) => this.grids.all.some((grid) => grid.id === id),
    })
    if (!resolved.ok) return this.notices.say({ kind: 'error', title: resolved.reason })
    this.showPlan(resolved.spec)
  }

  /** Plans a spec that is whole, and shows the plan where its kind is asked about. */
  showPlan(spec: JobSpec): void {
    if (spec.kind === 'undo') return void this.undoing.open(spec)
    if (spec.kind === 'delete' && spec.purge === undefined) {
      this.emptying = undefined
      return void this.deletion.open(spec)
    }
    if (this.#pourUnderWay() || this.#sheetIsOpen()) return
    this.router.close()
    // There is nothing to plan of an edit that changes nothing yet.
    if (isSheetSpec(spec) && changesNothing(spec)) void this.pour.hold(spec)
    else void this.pour.open(spec)
  }

  /** Opens the plan of a job that waits to be started, where plans are read. */
  async openPlan({ id }: Pick<JobSnapshot, 'id'>): Promise<void> {
    if (this.#pourUnderWay() || this.#sheetIsOpen()) return
    try {
      const { snapshot, spec } = await this.client.call('jobs.get', { id })
      if (snapshot.status.is !== 'ready') this.router.go({ screen: 'job', id })
      else if (isSheetSpec(spec)) await this.pour.adopt(snapshot, spec)
      else await (spec.kind === 'undo' ? this.undoing : this.deletion).adopt(snapshot, spec)
    } catch (error) {
      this.notices.failure(toFailure(error))
    }
  }

  /** What is being set up is not lost to what comes from outside. */
  #sheetIsOpen(): boolean {
    if (!this.pour.isOpen) return false
    this.notices.say({ kind: 'info', title: 'A job is being set up. Start it or close it first.' })
    return true
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

  isPinned(place: Place): boolean {
    return this.session.settings.pinned.some((pinned) => samePlace(pinned, place))
  }

  pin(place: PanePlace): void {
    if (place === null || place.bucket === '' || this.isPinned(place)) return
    this.session.change({ pinned: [...this.session.settings.pinned, place] })
  }

  unpin(place: PanePlace): void {
    const pinned = this.session.settings.pinned.filter((kept) => !samePlace(kept, place))
    this.session.change({ pinned })
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

  #open(draft: Draft, made: MadeSpec): void {
    if (made.ok) void draft.open(made.spec)
    else this.notices.say({ kind: 'error', title: made.reason })
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
