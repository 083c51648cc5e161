import type { Client } from '#contract/client.ts'
import type { LocalFolder } from '#contract/answers.ts'
import { toFailure } from '#model/failure.ts'
import type { JobDetail, JobSnapshot } from '#model/job.ts'
import type { Place } from '#model/settings.ts'
import { PLAIN_SOURCE, type JobSpec } from '#model/spec.ts'
import { undoOf } from '#model/undo.ts'
import type { BucketPropertiesCache } from './bucket-properties.svelte.ts'
import type { Connections } from './connections.svelte.ts'
import { Draft } from './draft.svelte.ts'
import { judgeDrop, type Cargo, type DropVerdict, type PourKind } from './drop.ts'
import { gridSpec, planBlocked } from './grid-plan.ts'
import type { Grids } from './grids.svelte.ts'
import type { Jobs } from './jobs.svelte.ts'
import type { Notices } from './notices.ts'
import {
  deleteSpec,
  downloadSpec,
  editSpec,
  namesSpec,
  paritySpec,
  pourSpec,
  renameSpec,
  uploadSpec,
  type MadeSpec,
} from './pour.ts'
import type { Router } from './router.svelte.ts'
import type { Session } from './session.svelte.ts'
import { changesNothing, isSheetSpec } from './sheet-spec.ts'

/** What the sheets need of the window. */
interface Parts {
  readonly client: Client
  readonly jobs: Jobs
  readonly connections: Connections
  readonly session: Session
  readonly notices: Notices
  readonly buckets: BucketPropertiesCache
  readonly router: Router
  readonly grids: Grids
}

/** Where a job is set up or asked about before it begins, and what opens each. */
export class Sheets {
  readonly #window: Parts
  /** The pour sheet shows it whenever it is open. */
  readonly pour: Draft
  /** The question before a deletion shows it whenever it is open. */
  readonly deletion: Draft
  /** The bucket that is asked about, where the deletion is to empty one. */
  emptying = $state.raw<Place>()
  /** The question before a job is taken back shows it whenever it is open. */
  readonly undoing: Draft
  /** What will not come back, as the job says. */
  undoNote = $state<string>()
  /** The plan of a metadata grid shows it whenever it is open. */
  readonly gridPlan: Draft
  /** The pour sheet is put aside, so that more places are taken from the panes. */
  aside = $state(false)

  constructor(window: Parts) {
    this.#window = window
    const { client, jobs } = window
    this.pour = new Draft(client, jobs)
    this.deletion = new Draft(client, jobs)
    this.gridPlan = new Draft(client, jobs)
    this.undoing = new Draft(client, jobs)
  }

  judge(cargo: Cargo, target: Place, wanted: PourKind): DropVerdict {
    return judgeDrop({
      cargo,
      target,
      wanted,
      source: this.#window.connections.get(cargo.place.connection),
      destination: this.#window.connections.get(target.connection),
    })
  }

  /** Opens the pour sheet for what is to be copied or moved to a place. */
  openPour(kind: PourKind, cargo: Cargo, target: Place): void {
    const verdict = this.judge(cargo, target, kind)
    if (!verdict.ok) return this.#window.notices.say({ kind: 'error', title: verdict.reason })
    const source = this.#window.connections.ref(cargo.place.connection)
    const destination = this.#window.connections.ref(target.connection)
    if (source === undefined || destination === undefined || this.pourUnderWay()) return
    const { pour: defaults } = this.#window.session.settings
    this.#open(this.pour, pourSpec({ kind: verdict.kind, cargo, target, source, destination, defaults }))
  }

  /** Opens the pour sheet for files of this computer. */
  openUpload(folders: readonly LocalFolder[], target: Place): void {
    const destination = this.#window.connections.ref(target.connection)
    if (destination === undefined || this.pourUnderWay()) return
    this.#open(
      this.pour,
      uploadSpec({ folders, target, destination, defaults: this.#window.session.settings.pour }),
    )
  }

  /** Opens the pour sheet for objects that go into a folder of this computer. */
  openDownload(cargo: Cargo, folder: string): void {
    const source = this.#window.connections.ref(cargo.place.connection)
    if (source === undefined || this.pourUnderWay()) return
    this.#open(
      this.pour,
      downloadSpec({ cargo, folder, source, defaults: this.#window.session.settings.pour }),
    )
  }

  /** Opens the pour sheet for a rename, which is a move to another name. */
  openRename(cargo: Cargo, name: string): void {
    const connection = this.#window.connections.ref(cargo.place.connection)
    if (connection === undefined || this.pourUnderWay()) return
    this.#open(this.pour, renameSpec(cargo, name, connection, this.#window.session.settings.pour))
  }

  /** Opens the sheet for new names by rules, where the objects are. */
  openNames(cargo: Cargo): void {
    const connection = this.#window.connections.ref(cargo.place.connection)
    if (connection === undefined || this.pourUnderWay()) return
    const made = namesSpec(cargo, connection, this.#window.session.settings.pour)
    if (made.ok) void this.pour.open(made.spec)
    else this.#window.notices.say({ kind: 'error', title: made.reason })
  }

  /** Opens the sheet for properties that are changed where the objects are. */
  openEdit(cargo: Cargo): void {
    const source = this.#window.connections.ref(cargo.place.connection)
    if (source === undefined || this.pourUnderWay()) return
    const made = editSpec(cargo, source, this.#window.session.settings.pour)
    if (made.ok) void this.pour.hold(made.spec)
    else this.#window.notices.say({ kind: 'error', title: made.reason })
  }

  /** Opens the sheet for a comparison with another place. */
  openCompare(cargo: Cargo, target: Place): void {
    const source = this.#window.connections.ref(cargo.place.connection)
    const destination = this.#window.connections.ref(target.connection)
    if (source === undefined || destination === undefined || this.pourUnderWay()) return
    this.#open(this.pour, paritySpec({ cargo, target, source, destination }))
  }

  /** Opens the sheet for work among the versions of a place. */
  openSheet(made: MadeSpec): void {
    if (!this.pourUnderWay()) this.#open(this.pour, made)
  }

  /**
   * Asks before a bucket is emptied, with the count that its plan finds: where versions were ever kept, all of them,
   * and the delete markers, by their ids.
   */
  async openEmptying(place: Place): Promise<void> {
    const connection = this.#window.connections.ref(place.connection)
    if (connection === undefined) return
    this.#window.router.close()
    await this.#window.buckets.learn(place)
    const take = this.#window.buckets.get(place)?.versioning === 'off' ? 'current' : 'all'
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
    const source = this.#window.connections.ref(cargo.place.connection)
    if (source === undefined) return
    this.emptying = undefined
    this.#open(this.deletion, deleteSpec(cargo, source))
  }

  /** Asks before it takes back what a job did, with the count that its plan finds. */
  openUndo({ snapshot, spec, undo }: Pick<JobDetail, 'snapshot' | 'spec' | 'undo'>): void {
    if (undo.is === 'no' || undo.is === 'not-yet') {
      this.#window.notices.say({ kind: 'info', title: undo.why })
      return
    }
    this.undoNote = undo.is === 'partly' ? undo.why : undefined
    void this.undoing.open(undoOf(snapshot.id, spec))
  }

  /** Shows what taking a job back would do, or says why it cannot be. */
  async undoJob(id: string): Promise<void> {
    try {
      this.openUndo(await this.#window.client.call('jobs.get', { id }))
    } catch (error) {
      this.#window.notices.failure(toFailure(error))
    }
  }

  /** Plans an edit job from the grid that is shown, or says why that cannot be. */
  async planGrid(): Promise<void> {
    const { shown } = this.#window.grids
    await shown?.rules.flush()
    const snapshot = shown?.snapshot
    const connection = this.#window.connections.ref(snapshot?.connection ?? '')
    if (shown === undefined || snapshot === undefined || connection === undefined || this.gridPlan.isOpen)
      return
    const reason = planBlocked(snapshot, shown.rules.drafts)
    if (reason !== undefined) return this.#window.notices.say({ kind: 'info', title: reason })
    await this.gridPlan.open(gridSpec(snapshot, connection, this.#window.session.settings.pour.verify))
  }

  /** Plans a spec that is whole, and shows the plan where its kind is asked about. */
  showPlan(spec: JobSpec): void {
    if (spec.kind === 'undo') return void this.undoing.open(spec)
    if (spec.kind === 'delete' && spec.purge === undefined) {
      this.emptying = undefined
      return void this.deletion.open(spec)
    }
    if (this.pourUnderWay() || this.#sheetIsOpen()) return
    this.#window.router.close()
    // There is nothing to plan of an edit that changes nothing yet.
    if (isSheetSpec(spec) && changesNothing(spec)) void this.pour.hold(spec)
    else void this.pour.open(spec)
  }

  /** Opens the plan of a job that waits to be started, where plans are read. */
  async openPlan({ id }: Pick<JobSnapshot, 'id'>): Promise<void> {
    if (this.pourUnderWay() || this.#sheetIsOpen()) return
    try {
      const { snapshot, spec } = await this.#window.client.call('jobs.get', { id })
      if (snapshot.status.is !== 'ready') this.#window.router.go({ screen: 'job', id })
      else if (isSheetSpec(spec)) await this.pour.adopt(snapshot, spec)
      else await (spec.kind === 'undo' ? this.undoing : this.deletion).adopt(snapshot, spec)
    } catch (error) {
      this.#window.notices.failure(toFailure(error))
    }
  }

  /** What is being set up is not lost to what comes from outside. */
  #sheetIsOpen(): boolean {
    if (!this.pour.isOpen) return false
    this.#window.notices.say({ kind: 'info', title: 'A job is being set up. Start it or close it first.' })
    return true
  }

  /** A sheet that is put aside is not forgotten by opening another. */
  pourUnderWay(): boolean {
    if (!this.aside || !this.pour.isOpen) return false
    this.#window.notices.say({
      kind: 'info',
      title: 'A job is being set up.',
      detail: 'Add to it at the bottom of the window, or close it first.',
    })
    return true
  }

  #open(draft: Draft, made: MadeSpec): void {
    if (made.ok) void draft.open(made.spec)
    else this.#window.notices.say({ kind: 'error', title: made.reason })
  }
}
