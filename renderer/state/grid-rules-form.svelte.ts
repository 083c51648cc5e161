import { fieldRule, type FieldRule } from '#model/field-rules.ts'
import type { FieldName } from '#model/field.ts'
import { isWhole, moveRule, startRule, type RuleDraft, type RuleStart } from './grid-rules.ts'

/** What is typed is sent this long after the last letter, in milliseconds. */
const SETTLE = 300
const MOST_RULES = 100

/** The rules as one types them. Those that are whole go to the core; the others wait. */
export class GridRules {
  #send: (rules: readonly FieldRule[]) => Promise<void>
  #timer: ReturnType<typeof setTimeout> | undefined
  #sending = 0
  #ids = 0

  drafts = $state.raw<readonly RuleDraft[]>([])
  /** Something was changed and is not at the core yet. */
  waiting = $state(false)
  /** The rule that was added last: its first field takes the focus. */
  added = $state<number>()

  constructor(rules: readonly FieldRule[], send: (rules: readonly FieldRule[]) => Promise<void>) {
    this.#send = send
    this.drafts = rules.map((rule) => this.#draft(rule))
  }

  get full(): boolean {
    return this.drafts.length >= MOST_RULES
  }

  /** Which place a draft has among the rules that the core has; undefined where it is not whole yet. */
  placeOf(draft: RuleDraft): number | undefined {
    const at = this.#whole().findIndex(({ id }) => id === draft.id)
    return at < 0 ? undefined : at
  }

  add(start: RuleStart, field?: FieldName): void {
    const draft = this.#draft(startRule(start, field))
    this.added = draft.id
    this.#change([...this.drafts, draft])
  }

  put(id: number, rule: FieldRule): void {
    this.#change(this.drafts.map((draft) => (draft.id === id ? { id, rule } : draft)))
  }

  remove(id: number): void {
    this.#change(this.drafts.filter((draft) => draft.id !== id))
  }

  move(from: number, to: number): void {
    if (to < 0 || to >= this.drafts.length || from === to) return
    this.#change(moveRule(this.drafts, from, to))
  }

  /** What the core has now: taken where it is not what was sent from here (an undo, another window). */
  follow(rules: readonly FieldRule[]): void {
    if (this.waiting || this.#sending > 0) return
    if (said(rules) === said(this.#sendable())) return
    this.drafts = rules.map((rule) => this.#draft(rule))
  }

  /** Sends what waits, now. */
  flush(): Promise<void> {
    clearTimeout(this.#timer)
    return this.waiting ? this.#sendNow() : Promise.resolve()
  }

  #whole(): readonly RuleDraft[] {
    return this.drafts.filter(({ rule }) => isWhole(rule))
  }

  #sendable(): FieldRule[] {
    return this.#whole().map(({ rule }) => rule)
  }

  #draft(rule: FieldRule): RuleDraft {
    return { id: ++this.#ids, rule }
  }

  #change(drafts: readonly RuleDraft[]): void {
    const before = said(this.#sendable())
    this.drafts = drafts
    if (!this.waiting && said(this.#sendable()) === before) return
    this.waiting = true
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => void this.#sendNow(), SETTLE)
  }

  async #sendNow(): Promise<void> {
    this.waiting = false
    this.#sending += 1
    try {
      await this.#send(this.#sendable())
    } finally {
      this.#sending -= 1
    }
  }
}

/** Rules as one text, whatever the order in which their parts were typed. */
function said(rules: readonly FieldRule[]): string {
  return JSON.stringify(rules.map((rule) => fieldRule.parse(rule)))
}
