/**
 * What a browser has and jsdom has not: layout (every element is `room` pixels wide, every letter eight), media
 * queries that match nothing, pointer capture. Loaded before every test of the renderer.
 */
export const page = keptPage()
page.room = 1000

/** The files of a worker share their page, and each loads this module anew. */
function keptPage(): { room: number } {
  const kept = globalThis as { decantTestPage?: { room: number } }
  return (kept.decantTestPage ??= { room: 1000 })
}

const LETTER = 8

globalThis.ResizeObserver = class {
  readonly #told: ResizeObserverCallback
  constructor(told: ResizeObserverCallback) {
    this.#told = told
  }
  observe(target: Element): void {
    const contentRect = new DOMRect(0, 0, page.room, 20)
    const box = [{ inlineSize: page.room, blockSize: 20 }]
    queueMicrotask(() =>
      this.#told(
        [
          {
            target,
            contentRect,
            borderBoxSize: box,
            contentBoxSize: box,
            devicePixelContentBoxSize: box,
          },
        ],
        this,
      ),
    )
  }
  unobserve(): void {}
  disconnect(): void {}
}

globalThis.DOMRect ??= class {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
  constructor(x = 0, y = 0, width = 0, height = 0) {
    this.x = x
    this.y = y
    this.width = width
    this.height = height
  }
} as typeof DOMRect

window.matchMedia = (media) =>
  Object.assign(new EventTarget(), {
    media,
    matches: false,
    onchange: null,
    addListener: () => undefined,
    removeListener: () => undefined,
  })

Object.defineProperty(HTMLCanvasElement.prototype, 'getContext', {
  configurable: true,
  value: () => ({ font: '', measureText: (text: string) => ({ width: text.length * LETTER }) }),
})

Element.prototype.scrollIntoView = () => undefined
Element.prototype.setPointerCapture = () => undefined
Element.prototype.releasePointerCapture = () => undefined
Element.prototype.hasPointerCapture = () => false
Element.prototype.getAnimations ??= () => []
