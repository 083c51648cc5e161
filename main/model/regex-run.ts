import type { ParsedRegex, RegexNode } from './regex-parse.ts'

/**
 * Finds what V8 would find, and never goes twice from one place of the expression and one place of the text: that has
 * failed before and fails again. So its time is that of the one by the other, whatever the text (the way of RE2's
 * "BitState"). Ten times slower than V8 where V8 has no trouble.
 */
export interface LinearRegex {
  /** Where a match lies that begins at `from` or after it: its begin and end, then those of each group, -1 for none. */
  find(text: string, from: number): readonly number[] | undefined
}

/** Steps of an expression; one that counts to a thousand is unrolled. */
const MOST_STEPS = 4000

type Step =
  | { readonly do: 'char'; readonly matches: (code: number) => boolean }
  | { readonly do: 'save'; readonly slot: number }
  | { readonly do: 'forget'; readonly from: number; readonly below: number }
  | { readonly do: 'assert'; readonly what: '^' | '$' | '\\b' | '\\B' }
  | { readonly do: 'look'; readonly negated: boolean; readonly steps: readonly Step[] }
  | { readonly do: 'split'; first: number; second: number }
  | { readonly do: 'go'; to: number }
  | { readonly do: 'match' }

/** Undefined for what cannot be done so: back references, looks behind, what is repeated and may be empty. */
export function linearRegex({ root, groups }: ParsedRegex, dotAll: boolean): LinearRegex | undefined {
  const compiler = new Compiler(dotAll)
  try {
    compiler.whole(root)
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
  const { steps } = compiler
  return {
    find(text, from) {
      const seen = new Uint8Array(steps.length * (text.length + 1))
      for (let at = from; at <= text.length; at += widthAt(text, at)) {
        const found = run(steps, text, at, new Array<number>(2 * (groups + 1)).fill(-1), seen)
        if (found) return found
      }
      return undefined
    },
  }
}

class Compiler {
  readonly steps: Step[] = []
  readonly #dotAll: boolean

  constructor(dotAll: boolean) {
    this.#dotAll = dotAll
  }

  whole(root: RegexNode): void {
    this.#saved(0, root)
    this.#add({ do: 'match' })
  }

  #add(step: Step): number {
    if (this.steps.length >= MOST_STEPS) throw new RangeError('too many steps')
    return this.steps.push(step) - 1
  }

  #saved(slot: number, body: RegexNode): void {
    this.#add({ do: 'save', slot: 2 * slot })
    this.#node(body)
    this.#add({ do: 'save', slot: 2 * slot + 1 })
  }

  #node(node: RegexNode): void {
    switch (node.is) {
      case 'char':
        this.#add({ do: 'char', matches: oneCharacter(node.source, this.#dotAll) })
        return
      case 'assert':
        this.#add({ do: 'assert', what: node.what })
        return
      case 'group':
        return node.slot === undefined ? this.#node(node.body) : this.#saved(node.slot, node.body)
      case 'all':
        for (const part of node.parts) this.#node(part)
        return
      case 'either':
        return this.#either(node.parts)
      case 'repeat':
        return this.#repeat(node)
      case 'look':
        return this.#look(node)
      case 'back':
        throw new RangeError('a back reference')
    }
  }

  #either(parts: readonly RegexNode[]): void {
    const ends: Extract<Step, { do: 'go' }>[] = []
    for (const [n, part] of parts.entries()) {
      if (n === parts.length - 1) this.#node(part)
      else {
        const split = { do: 'split' as const, first: this.steps.length + 1, second: 0 }
        this.#add(split)
        this.#node(part)
        const end = { do: 'go' as const, to: 0 }
        this.#add(end)
        ends.push(end)
        split.second = this.steps.length
      }
    }
    for (const end of ends) end.to = this.steps.length
  }

  #look({ ahead, negated, body }: Extract<RegexNode, { is: 'look' }>): void {
    if (!ahead) throw new RangeError('a look behind')
    const inner = new Compiler(this.#dotAll)
    inner.#node(body)
    inner.#add({ do: 'match' })
    this.#add({ do: 'look', negated, steps: inner.steps })
  }

  /** A time more is another copy; what its groups held the time before is forgotten, as JavaScript does. */
  #repeat({ body, min, max, lazy }: Extract<RegexNode, { is: 'repeat' }>): void {
    if (min !== max && canBeEmpty(body)) throw new RangeError('what is repeated may be empty')
    if (Math.max(min, max === Infinity ? 0 : max) > MOST_STEPS) throw new RangeError('too many steps')
    for (let n = 0; n < min; n++) this.#once(body)
    if (max === Infinity) {
      const split = this.#split(lazy)
      const again = this.steps.length - 1
      this.#once(body)
      this.#add({ do: 'go', to: again })
      split.leave(this.steps.length)
      return
    }
    const splits: { leave(to: number): void }[] = []
    for (let n = min; n < max; n++) {
      splits.push(this.#split(lazy))
      this.#once(body)
    }
    for (const split of splits) split.leave(this.steps.length)
  }

  #once(body: RegexNode): void {
    const [from, below] = slotsIn(body)
    if (from < below) this.#add({ do: 'forget', from: 2 * from, below: 2 * below })
    this.#node(body)
  }

  /** Goes on with what follows, or leaves; the one first that the quantifier would rather have. */
  #split(lazy: boolean): { leave(to: number): void } {
    const inside = this.steps.length + 1
    const split = { do: 'split' as const, first: inside, second: inside }
    this.#add(split)
    return { leave: (to) => (lazy ? (split.first = to) : (split.second = to)) }
  }
}

function run(
  steps: readonly Step[],
  text: string,
  begin: number,
  held: number[],
  seen: Uint8Array,
): number[] | undefined {
  // What is to be tried next, last first: a step and a place; or a slot (negative) and what it held before.
  const left: number[] = [0, begin]
  const set = (slot: number, to: number): void => {
    left.push(-1 - slot, held[slot] ?? -1)
    held[slot] = to
  }
  while (left.length > 0) {
    let at = left.pop() as number
    let pc = left.pop() as number
    if (pc < 0) {
      held[-1 - pc] = at
      continue
    }
    for (let goesOn = true; goesOn;) {
      const place = pc * (text.length + 1) + at
      if (seen[place] === 1) break
      seen[place] = 1
      const step = steps[pc] as Step
      pc += 1
      switch (step.do) {
        case 'char': {
          const code = text.codePointAt(at)
          if (code === undefined || !step.matches(code)) goesOn = false
          else at += code > 0xffff ? 2 : 1
          break
        }
        case 'split':
          left.push(step.second, at)
          pc = step.first
          break
        case 'go':
          pc = step.to
          break
        case 'save':
          set(step.slot, at)
          break
        case 'forget':
          for (let slot = step.from; slot < step.below; slot++) set(slot, -1)
          break
        case 'assert':
          goesOn = holds(step.what, text, at)
          break
        case 'look': {
          const inner = run(
            step.steps,
            text,
            at,
            [...held],
            new Uint8Array(step.steps.length * (text.length + 1)),
          )
          goesOn = (inner === undefined) === step.negated
          if (inner && goesOn) for (const [slot, to] of inner.entries()) if (to !== held[slot]) set(slot, to)
          break
        }
        case 'match':
          return held
      }
    }
  }
  return undefined
}

function holds(what: '^' | '$' | '\\b' | '\\B', text: string, at: number): boolean {
  if (what === '^') return at === 0
  if (what === '$') return at === text.length
  const isWord = (character: string | undefined): boolean => character !== undefined && /\w/.test(character)
  return (isWord(text[at - 1]) !== isWord(text[at])) === (what === '\\b')
}

function widthAt(text: string, at: number): number {
  return (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1
}

/** Whether one character is meant, as V8 says. Of ASCII it is asked once each. */
function oneCharacter(source: string, dotAll: boolean): (code: number) => boolean {
  const itself = source.codePointAt(0)
  const plain = source !== '.' && !/^[\\[]/.test(source)
  if (plain) return (code) => code === itself
  const pattern = new RegExp(`^${source}$`, dotAll ? 'su' : 'u')
  const known = new Int8Array(128).fill(-1)
  const ask = (code: number): boolean => pattern.test(String.fromCodePoint(code))
  return (code) => {
    if (code >= 128) return ask(code)
    if (known[code] === -1) known[code] = ask(code) ? 1 : 0
    return known[code] === 1
  }
}

function canBeEmpty(node: RegexNode): boolean {
  switch (node.is) {
    case 'char':
      return false
    case 'assert':
    case 'look':
    case 'back':
      return true
    case 'group':
      return canBeEmpty(node.body)
    case 'all':
      return node.parts.every(canBeEmpty)
    case 'either':
      return node.parts.some(canBeEmpty)
    case 'repeat':
      return node.min === 0 || canBeEmpty(node.body)
  }
}

/** The numbers of the groups in it: the first, and the one behind the last. They follow one another. */
function slotsIn(node: RegexNode): [from: number, below: number] {
  switch (node.is) {
    case 'group': {
      const [from, below] = slotsIn(node.body)
      if (node.slot === undefined) return [from, below]
      return [node.slot, Math.max(below, node.slot + 1)]
    }
    case 'look':
    case 'repeat':
      return slotsIn(node.body)
    case 'all':
    case 'either': {
      const inner = node.parts.map(slotsIn).filter(([from, below]) => from < below)
      return [Math.min(...inner.map(([from]) => from)), Math.max(...inner.map(([, below]) => below), 0)]
    }
    default:
      return [Infinity, 0]
  }
}
