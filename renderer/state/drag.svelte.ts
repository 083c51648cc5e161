import type { Attachment } from 'svelte/attachments'
import type { Place } from '#model/settings.ts'
import { takeDropped, type Dropped } from '../api/file-door.ts'
import type { Cargo, DropVerdict, PourKind } from './drop.ts'

/** How far the pointer goes before a press becomes a drag, in CSS pixels. */
const THRESHOLD = 5

/** A place on the screen that something can be dropped on. */
interface Spot {
  /** Unique on the screen; whoever draws the spot asks `isOver` with it. */
  readonly id: string
  readonly place: () => Place | undefined
  /** It takes things for a purpose of its own. */
  readonly own?: OwnDrop | undefined
}

/** A drop that is no pour into a place: what it is said to do, and what it does. */
export interface OwnDrop {
  /** True, or why it cannot be. */
  judge(cargo: Cargo): true | string
  title(cargo: Cargo): string
  readonly into: string
  drop(cargo: Cargo): void
  /** Why files from outside cannot be dropped on it. */
  readonly files: string
}

/** What comes from outside of the window: the system draws it, and tells only how many they are. */
export interface FileDrag {
  /** `what`: "3 files". */
  judge(target: Place, what: string): DropVerdict
  drop(dropped: Dropped, target: Place): void
}

interface Pointer {
  readonly x: number
  readonly y: number
}

export type Judge = (cargo: Cargo, target: Place, wanted: PourKind) => DropVerdict

/**
 * A drag by pointer, from the press to the drop. It is drawn by us and not by the system, so that the ghost can
 * count and the target can speak, and so that Shift and Escape are heard on every platform.
 */
export class Drag {
  #judge: Judge
  #ondrop: (cargo: Cargo, target: Place, kind: PourKind) => void
  #fileDrag: FileDrag
  #spots = new WeakMap<Element, Spot>()
  #stop: (() => void) | undefined
  #frame = 0

  cargo = $state.raw<Cargo>()
  /** Files that are being dragged over the window, from elsewhere: "3 files". */
  files = $state<string>()
  pointer = $state.raw<Pointer>({ x: 0, y: 0 })
  wanted = $state<PourKind>('copy')
  #over = $state.raw<Spot>()
  /** What letting go here would do; undefined over nothing that takes things. */
  readonly verdict: DropVerdict | undefined = $derived.by(() => {
    const own = this.#over?.own
    if (own !== undefined && this.files !== undefined) return { ok: false, reason: own.files }
    if (own !== undefined && this.cargo !== undefined) return ownVerdict(own, this.cargo)
    const target = this.#over?.place()
    return target === undefined ? undefined : this.judge(target)
  })

  constructor(
    judge: Judge,
    ondrop: (cargo: Cargo, target: Place, kind: PourKind) => void,
    fileDrag: FileDrag,
  ) {
    this.#judge = judge
    this.#ondrop = ondrop
    this.#fileDrag = fileDrag
  }

  get active(): boolean {
    return this.cargo !== undefined || this.files !== undefined
  }

  /** The spot under the pointer. */
  get overId(): string | undefined {
    return this.active ? this.#over?.id : undefined
  }

  isOver(id: string): boolean {
    return this.overId === id
  }

  /** What a drop there would do with what is being dragged. */
  judge(target: Place): DropVerdict | undefined {
    if (this.files !== undefined) return this.#fileDrag.judge(target, this.files)
    return this.cargo === undefined ? undefined : this.#judge(this.cargo, target, this.wanted)
  }

  /** Nothing that is being dragged may go there: it is drawn dimmed. */
  refuses(target: Place): boolean {
    return this.judge(target)?.ok === false
  }

  /** Makes an element a place to drop on. */
  spot(id: string, place: () => Place | undefined, own?: OwnDrop): Attachment<Element> {
    return (element) => {
      this.#spots.set(element, { id, place, own })
      return () => {
        this.#spots.delete(element)
      }
    }
  }

  /** The button went down on something that can be dragged; a drag begins when the pointer has moved enough. */
  press(event: PointerEvent, take: () => Cargo | undefined): void {
    if (event.button !== 0 || event.pointerType === 'touch') return
    this.cancel()
    const from = { x: event.clientX, y: event.clientY }
    const listening = new AbortController()
    this.#stop = () => listening.abort()
    const options = { signal: listening.signal }
    const move = (moved: PointerEvent): void => {
      // It was let go where the page did not hear of it.
      if ((moved.buttons & 1) === 0) return this.cancel()
      const far = Math.hypot(moved.clientX - from.x, moved.clientY - from.y) >= THRESHOLD
      if (this.cargo === undefined && far) {
        this.cargo = take()
        if (this.cargo === undefined) return this.cancel()
        this.#follow()
      }
      if (this.cargo !== undefined) this.#moveTo(moved)
    }
    window.addEventListener('pointermove', move, options)
    window.addEventListener('pointerup', (up) => this.#drop(up), options)
    window.addEventListener('pointercancel', () => this.cancel(), options)
    window.addEventListener('blur', () => this.cancel(), options)
    window.addEventListener('keydown', (key) => this.#key(key), { ...options, capture: true })
    window.addEventListener('keyup', (key) => this.#key(key), { ...options, capture: true })
    window.addEventListener('contextmenu', (menu) => this.#noMenu(menu), { ...options, capture: true })
  }

  /** Files from outside are over the window. Unless this answers, a browser would go to them as to a page. */
  overFiles(event: DragEvent): void {
    const { dataTransfer } = event
    if (event.defaultPrevented || dataTransfer === null || !dataTransfer.types.includes('Files')) return
    event.preventDefault()
    this.files = wordsFor(dataTransfer.items)
    this.pointer = { x: event.clientX, y: event.clientY }
    this.#over = this.#spotAt(this.pointer)
    dataTransfer.dropEffect = this.verdict?.ok === true ? 'copy' : 'none'
  }

  /** They left the window again; between two elements of it, they did not. */
  leaveFiles(event: DragEvent): void {
    if (this.files !== undefined && event.relatedTarget === null) this.cancel()
  }

  dropFiles(event: DragEvent): void {
    if (event.defaultPrevented || this.files === undefined) return
    this.overFiles(event)
    const { verdict } = this
    const target = this.#over?.place()
    const dropped = takeDropped(event.dataTransfer)
    this.cancel()
    if (dropped !== undefined && target !== undefined && verdict?.ok === true)
      this.#fileDrag.drop(dropped, target)
  }

  cancel(): void {
    cancelAnimationFrame(this.#frame)
    this.#stop?.()
    this.files = undefined
    this.#stop = undefined
    this.cargo = undefined
    this.#over = undefined
    this.wanted = 'copy'
  }

  #moveTo(event: PointerEvent): void {
    this.pointer = { x: event.clientX, y: event.clientY }
    this.#want(event)
    this.#over = this.#spotAt(this.pointer)
  }

  /** What lies under a pointer that stands changes, too: by the wheel, near an edge, while a listing streams in. */
  #follow(): void {
    this.#frame = requestAnimationFrame(() => {
      this.#over = this.#spotAt(this.pointer)
      this.#follow()
    })
  }

  #spotAt({ x, y }: Pointer): Spot | undefined {
    for (let element = document.elementFromPoint(x, y); element !== null; element = element.parentElement) {
      const spot = this.#spots.get(element)
      if (spot !== undefined) return spot
    }
    return undefined
  }

  #drop(event: PointerEvent): void {
    const { cargo } = this
    if (cargo !== undefined) {
      this.#moveTo(event)
      swallowClick()
    }
    const { verdict } = this
    const target = this.#over?.place()
    const own = this.#over?.own
    this.cancel()
    if (cargo !== undefined && own !== undefined) {
      if (verdict?.ok === true) own.drop(cargo)
      return
    }
    if (cargo !== undefined && target !== undefined && verdict?.ok === true) {
      this.#ondrop(cargo, target, verdict.kind)
    }
  }

  /** Keys are the drag's alone: what is chosen, or shown, does not change below it. */
  #key(event: KeyboardEvent): void {
    if (this.cargo === undefined) return
    this.#want(event)
    event.stopPropagation()
    if (event.key === 'Escape') {
      event.preventDefault()
      this.cancel()
      // The button is still down, and letting it go is no click.
      window.addEventListener('pointerup', swallowClick, { once: true })
    }
  }

  /** Of the other button, while this one is held. */
  #noMenu(event: MouseEvent): void {
    if (this.cargo === undefined) return
    event.preventDefault()
    event.stopPropagation()
  }

  /** Shift moves. On macOS Option means "copy", whatever else is held. */
  #want(event: { readonly shiftKey: boolean; readonly altKey: boolean }): void {
    this.wanted = event.shiftKey && !event.altKey ? 'move' : 'copy'
  }
}

/** A folder has no type, and many a file has none, either. */
function wordsFor(items: DataTransferItemList): string {
  const files = [...items].filter(({ kind }) => kind === 'file')
  const word = files.every(({ type }) => type !== '') ? 'file' : 'item'
  const count = Math.max(1, files.length)
  return `${count.toLocaleString('en')} ${word}${count === 1 ? '' : 's'}`
}

function ownVerdict(own: OwnDrop, cargo: Cargo): DropVerdict {
  const can = own.judge(cargo)
  if (can !== true) return { ok: false, reason: can }
  return { ok: true, kind: 'copy', title: own.title(cargo), into: own.into, hint: '' }
}

/** The click that follows letting go is part of the drag. */
function swallowClick(): void {
  const swallow = (event: MouseEvent): void => event.stopPropagation()
  window.addEventListener('click', swallow, { capture: true, once: true })
  setTimeout(() => window.removeEventListener('click', swallow, { capture: true }))
}
