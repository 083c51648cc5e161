import { untrack } from 'svelte'
import type { Client } from '#contract/client.ts'
import { toFailure } from '#model/failure.ts'
import type { JobSnapshot } from '#model/job.ts'
import type { Place, TourState } from '#model/settings.ts'
import type { Draft } from './draft.svelte.ts'
import type { Cargo } from './drop.ts'
import type { Grids } from './grids.svelte.ts'
import type { Jobs } from './jobs.svelte.ts'
import type { Notices } from './notices.ts'
import type { Pane } from './pane.svelte.ts'
import type { Router } from './router.svelte.ts'
import { prefixRow } from './rows.ts'
import type { Session } from './session.svelte.ts'
import type { Sheets } from './sheets.svelte.ts'
import {
  nextInTour,
  TOUR_EDITED,
  TOUR_EDIT_IN,
  TOUR_POURED,
  TOUR_SOURCE,
  TOUR_STEPS,
  TOUR_TARGET,
  type SheetState,
  type TourFacts,
  type TourHint,
} from './tour-steps.ts'

const PLAYGROUND = 'playground'

/** The window, as far as the tour looks at it and acts in it. */
interface TourWindow {
  readonly client: Client
  readonly notices: Notices
  readonly session: Session
  readonly router: Router
  readonly panes: readonly [left: Pane, right: Pane]
  readonly jobs: Jobs
  readonly grids: Grids
  readonly sheets: Sheets
  side: 'left' | 'right'
  openPlayground(): Promise<unknown>
  openGrid(cargo: Cargo): Promise<void>
}

/** The tour of the playground: where one is, what is next, and how it is shown. It does everything for real. */
export class Tour {
  readonly #app: TourWindow
  readonly #now: () => number
  #slow = false
  #sawPalette = $state(false)
  #sawKeys = $state(false)
  /** It came to its end just now. */
  ended = $state(false)
  busy = $state(false)

  readonly #kept: TourState = $derived.by(() => this.#app.session.settings.tour)
  readonly on: boolean = $derived.by(() => this.#kept.state === 'on')
  readonly step: number = $derived.by(() => this.#kept.step)
  readonly facts: TourFacts = $derived.by(() => this.#look())
  readonly hint: TourHint | 'done' = $derived.by(() => nextInTour(this.step, this.facts))

  constructor(app: TourWindow, now: () => number = Date.now) {
    this.#app = app
    this.#now = now
  }

  get wasLeft(): boolean {
    return this.#kept.state === 'left'
  }

  /** From its beginning. */
  async start(): Promise<void> {
    if (!(await this.#open())) return
    this.#sawPalette = false
    this.#sawKeys = false
    this.#keep({ state: 'on', step: 1, since: this.#now(), paused: false })
  }

  /** Where it was left. */
  async resume(): Promise<void> {
    if (!(await this.#open())) return
    this.#keep({ ...this.#kept, state: 'on' })
    void this.#pace()
  }

  /** After the window was opened again in its middle. */
  async takeUp(): Promise<void> {
    if (!this.on) return
    try {
      await this.#app.client.call('playground.open', {})
    } catch (error) {
      this.#app.notices.failure(toFailure(error), 'The playground did not start.')
    }
    void this.#pace()
  }

  leave(): void {
    if (this.ended) {
      this.ended = false
      return
    }
    if (!this.on) return
    this.#keep({ ...this.#kept, state: 'left' })
    void this.#pace()
    this.#app.notices.say({
      kind: 'info',
      title: 'The tour waits where you left it.',
      detail: 'The palette leads back to it.',
      action: { label: 'Go on', run: () => void this.resume() },
    })
  }

  /** Looks whether the step is done, and goes on where it is. Whoever shows the tour calls it when the facts change. */
  follow(): void {
    const { on, hint, facts } = this
    untrack(() => {
      if (!on) return
      if (facts.overlay === 'palette') this.#sawPalette = true
      if (facts.overlay === 'keys') this.#sawKeys = true
      if (hint === 'resume' && !facts.paused) this.#keep({ ...this.#kept, paused: true })
      if (hint === 'done') this.#goOn()
      void this.#pace()
    })
  }

  /** Does the next thing for whoever wants to see it; `press` is the button that does it, where one is shown. */
  async show(press: (() => void) | undefined): Promise<void> {
    if (this.busy) return
    this.busy = true
    try {
      await this.#act(this.hint, press)
    } finally {
      this.busy = false
    }
  }

  #goOn(): void {
    const { step } = this
    if (step < TOUR_STEPS.length) return this.#keep({ ...this.#kept, step: step + 1 })
    this.#keep({ ...this.#kept, state: 'done' })
    this.ended = true
  }

  async #act(hint: TourHint | 'done', press: (() => void) | undefined): Promise<void> {
    const { router, panes, client, jobs } = this.#app
    const [left, right] = panes
    switch (hint) {
      case 'browse':
        return router.go({ screen: 'browse' })
      case 'open-left':
        return left.go(placeAt(TOUR_SOURCE))
      case 'open-right':
        return right.go(placeAt(TOUR_TARGET))
      case 'pour':
        return this.#app.sheets.openPour('copy', cargoAt(TOUR_SOURCE, TOUR_POURED), placeAt(TOUR_TARGET))
      case 'pause':
      case 'resume': {
        const id = this.#last('copy')?.id
        if (id !== undefined) await (hint === 'pause' ? jobs.pause(id) : jobs.resume(id))
        return
      }
      case 'too-late':
        return this.#keep({ ...this.#kept, step: 2, since: this.#now(), paused: false })
      case 'open-products':
        return right.go(placeAt(TOUR_EDIT_IN))
      case 'open-grid':
        return this.#app.openGrid(cargoAt(TOUR_EDIT_IN, TOUR_EDITED))
      case 'add-rule':
        return this.#addRule()
      case 'plan-edit':
        return this.#app.sheets.planGrid()
      case 'show-edit': {
        const id = this.#last('edit')?.id
        return router.go(id === undefined ? { screen: 'jobs' } : { screen: 'job', id })
      }
      case 'undo': {
        const id = this.#last('edit')?.id
        if (id !== undefined) this.#app.sheets.openUndo(await client.call('jobs.get', { id }))
        return
      }
      case 'start-copy':
      case 'start-edit':
      case 'start-undo':
        return press?.()
      case 'palette':
        return router.open({ is: 'palette' })
      case 'keys':
        return router.open({ is: 'keys' })
      case 'in-palette':
      case 'in-keys':
        return router.close()
      case 'planning':
      case 'editing':
      case 'undoing':
      case 'done':
        return
    }
  }

  #addRule(): void {
    const rules = this.#app.grids.shown?.rules
    if (rules === undefined) return
    if (rules.drafts.length === 0) rules.add('set', 'cache-control')
    const draft = rules.drafts.at(-1)
    // Once is enough: each change waits for the next one before it is sent.
    if (draft?.rule.action.do !== 'set' || draft.rule.action.value !== '') return
    rules.put(draft.id, { ...draft.rule, action: { do: 'set', value: 'no-cache' } })
  }

  #look(): TourFacts {
    const { router, panes, grids } = this.#app
    const { pour, gridPlan, undoing } = this.#app.sheets
    const edit = this.#last('edit')
    const { route, overlay } = router
    return {
      screen: route.screen,
      left: ofPlayground(panes[0].place),
      right: ofPlayground(panes[1].place),
      pour: sheetState(pour),
      gridPlan: sheetState(gridPlan),
      undoing: sheetState(undoing),
      changes: route.screen === 'metadata' ? (grids.shown?.snapshot?.changedCells ?? 0) : 0,
      copy: this.#last('copy')?.status,
      edit: edit?.status,
      undo: this.#last('undo')?.status,
      editShown: route.screen === 'job' && edit !== undefined && route.id === edit.id,
      paused: this.#kept.paused,
      overlay:
        overlay === undefined
          ? undefined
          : overlay.is === 'palette' || overlay.is === 'keys'
            ? overlay.is
            : 'other',
      sawPalette: this.#sawPalette,
      sawKeys: this.#sawKeys,
    }
  }

  /** The last job of a kind that was made on the tour, in the playground. */
  #last(kind: JobSnapshot['kind']): JobSnapshot | undefined {
    const { since } = this.#kept
    return this.#app.jobs.all.find(
      (job) =>
        job.kind === kind &&
        job.createdAt >= since &&
        job.status.is !== 'ready' &&
        job.sources.every(({ connectionId }) => connectionId === PLAYGROUND),
    )
  }

  /** Only while there is something to pause the playground is slow. */
  async #pace(): Promise<void> {
    const slow = this.on && (this.step === 2 || this.step === 3)
    if (slow === this.#slow) return
    this.#slow = slow
    try {
      await this.#app.client.call('playground.pace', { pace: slow ? 'slow' : 'own' })
    } catch (error) {
      this.#app.notices.failure(toFailure(error))
    }
  }

  /** Two panes of a playground that runs. False where it does not; why is told. */
  async #open(): Promise<boolean> {
    const { session, panes, router } = this.#app
    this.ended = false
    this.#app.side = 'left'
    if (!session.settings.layout.second) session.changeLayout({ second: true })
    const shown = panes.map(({ place }) => place)
    if ((await this.#app.openPlayground()) === undefined) return false
    // Whoever goes on in the middle finds the panes as they were.
    const top = { connection: PLAYGROUND, bucket: '', prefix: '' }
    panes.forEach((pane, index) => pane.go(ofPlayground(shown[index] ?? null) ?? top))
    router.go({ screen: 'browse' })
    return true
  }

  #keep(tour: TourState): void {
    this.#app.session.change({ tour })
    // A step that was done is done, also when the window is closed at once.
    void this.#app.session.save()
  }
}

function placeAt(spot: { readonly bucket: string; readonly prefix: string }): Place {
  return { connection: PLAYGROUND, ...spot }
}

function cargoAt(spot: { readonly bucket: string; readonly prefix: string }, name: string) {
  const place = placeAt(spot)
  const rows = [prefixRow(spot.prefix + name)]
  return { place, rows, whole: false, versions: { take: 'current' } } as const
}

function ofPlayground(place: Place | null): Place | null {
  return place?.connection === PLAYGROUND ? place : null
}

function sheetState({ isOpen, snapshot }: Pick<Draft, 'isOpen' | 'snapshot'>): SheetState {
  if (!isOpen) return 'closed'
  return snapshot !== undefined && snapshot.status.is === 'ready' && !snapshot.listing ? 'ready' : 'planning'
}
