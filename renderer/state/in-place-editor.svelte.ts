import { fieldProblems, type FieldProblem } from '#model/field-problems.ts'
import type { FieldName } from '#model/field.ts'
import type { Versioning } from '#model/object.ts'
import type { App } from './app.svelte.ts'
import { fieldWords, inPlaceSpec, isInPlace, type Change, type Subject } from './in-place.ts'

/** What the inspector shows and lets be changed. */
export interface Shown extends Subject {
  /** "orders.csv", "7 objects". */
  readonly name: string
  /** Of each object that was read: what stands there, by field. */
  readonly fields: readonly Readonly<Record<FieldName, string>>[]
  /** It is not the current version. */
  readonly older: boolean
  /** At least one of them cannot be read, and so not be copied onto itself. */
  readonly archived: boolean
  readonly versioning: Versioning | undefined
}

/** Values changed where they stand: which one is open, what is wrong with what is typed, and the job that saves it. */
export class InPlaceEditor {
  readonly #app: App
  readonly #shown: () => Shown | undefined
  readonly shown: Shown | undefined = $derived.by(() => this.#shown())
  /** The field whose form is open; `new:metadata` and `new:tag` for one that is added. */
  open = $state<string>()
  #saving = $state<string>()

  constructor(app: App, shown: () => Shown | undefined) {
    this.#app = app
    this.#shown = shown
  }

  isSaving(field: string): boolean {
    return this.#saving === field && this.#app.own.pending > 0
  }

  /** Why nothing can be changed here, whatever it is. */
  get locked(): string | undefined {
    const { shown } = this
    const connection = this.#app.connections.get(shown?.connection.id)
    return connection?.readOnly === true
      ? `${connection.name} is read-only: nothing is changed here.`
      : undefined
  }

  /** Why this one cannot be changed; undefined where it can. */
  whyNot(field: string): string | undefined {
    const { shown, locked } = this
    if (locked !== undefined || shown === undefined) return locked ?? 'It is not read yet.'
    const isLock = field === 'retention' || field === 'legal-hold'
    if (isLock && shown.versioning !== undefined && shown.versioning !== 'enabled')
      return 'Object lock needs a bucket that keeps versions.'
    if (isInPlace(field) || field === 'new:tag') return undefined
    if (shown.older) return 'An older version stays as it is. Restore it, then change it.'
    return shown.archived ? 'It is in the archive, and has to be restored before it is changed.' : undefined
  }

  /** What saving it does besides. */
  notice(field: string): string {
    const { shown } = this
    if (isInPlace(field) || field === 'new:tag') return 'Changed where it is, with no copy.'
    if (shown?.versioning === 'enabled') return 'Saving makes a new version; the one before stays.'
    return 'Saving copies the object onto itself: its date changes, all else is kept.'
  }

  problem(field: FieldName, value: string | null): FieldProblem | undefined {
    for (const before of this.shown?.fields ?? []) {
      const problem = fieldProblems(before, [{ field, value }]).get(field)
      if (problem !== undefined) return problem
    }
    return undefined
  }

  /** Whether one of the objects has it already. */
  has(field: FieldName): boolean {
    return this.shown?.fields.some((before) => before[field] !== undefined) === true
  }

  async save(change: Change): Promise<void> {
    const { shown } = this
    if (shown === undefined || this.whyNot(change.field) !== undefined) return
    const { field, value } = change
    const what = `${fieldWords(field)} of ${shown.name}`
    const done = value === null ? 'was removed' : this.has(field) ? 'was changed' : 'was set'
    const spec = inPlaceSpec(shown, change, this.#app.session.settings.pour.verify)
    const opened = this.open
    this.#saving = field
    const started = await this.#app.own.run(spec, {
      done: `${what} ${done}.`,
      failed: `${what} was not changed.`,
      undone: `${what} is as it was.`,
    })
    // What was typed stays where it could not be saved.
    if (started && this.open === opened) this.close(field)
  }

  /** Closes the form; the line that it belongs to has the keyboard again. */
  close(field?: string): void {
    this.open = undefined
    if (field !== undefined) this.onclose(field)
  }

  /** Set by whoever draws the lines. */
  onclose: (field: string) => void = () => {}
}
