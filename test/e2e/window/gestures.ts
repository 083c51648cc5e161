/** A hand on the wheel, on the keys and on the scroll bar, and what it sees meanwhile. */
import { setTimeout } from 'node:timers/promises'
import type { Locator, Page } from 'playwright'
import type { Recorder } from './recorder.ts'

/** Pixels a second: a fast finger on a wheel, about a hundred rows. */
const SPEED = 3000
/** Pixels: what of a list stands above its bar; how wide that is, and how tall its thumb at the least. */
const HEAD = 28
const THUMB = 12
/** Milliseconds from one place of the mouse to the next, about. */
const EACH = 8

/** Turns the wheel over a list for so many seconds, down and up again. */
export async function wheel({ cdp }: Recorder, list: Locator, seconds: number): Promise<void> {
  const box = await list.boundingBox()
  if (box === null) throw new Error(`Nothing to scroll is to be seen at ${list}.`)
  const stretch = (SPEED * seconds) / 2
  for (const yDistance of [-stretch, stretch]) {
    await cdp.send('Input.synthesizeScrollGesture', {
      ...{ x: box.x + box.width / 2, y: box.y + box.height / 2, yDistance, speed: SPEED },
      ...{ gestureSourceType: 'mouse', preventFling: true },
    })
  }
}

/** Drags the thumb of the scroll bar by the mouse all the way down and up again, for so many seconds. */
export async function drag(list: Locator, seconds: number): Promise<void> {
  const box = await list.boundingBox()
  if (box === null) throw new Error(`Nothing to scroll is to be seen at ${list}.`)
  const { mouse } = list.page()
  const x = box.x + box.width - THUMB / 2
  const top = box.y + HEAD + THUMB / 2
  const tall = box.height - HEAD - THUMB
  await list.evaluate((element) => (element.scrollTop = 0))
  await mouse.move(x, top)
  await mouse.down()
  try {
    let furthest = 0
    const began = performance.now()
    for (let share = 0; share < 1; share = (performance.now() - began) / 1000 / seconds) {
      await mouse.move(x, top + tall * (0.5 - Math.cos(2 * Math.PI * share) / 2))
      if (share > 0.5 && furthest === 0) furthest = await list.evaluate((element) => element.scrollTop)
      await setTimeout(EACH)
    }
    if (furthest === 0) throw new Error(`The thumb beside ${list} is not where the mouse took it.`)
  } finally {
    await mouse.up()
  }
}

/** Goes to so many places all over the list, one each 120 ms, as somebody who looks for something. */
export async function jump(list: Locator, places: number): Promise<void> {
  await list.evaluate(
    (element, count) =>
      new Promise<void>((resolve) => {
        const most = element.scrollHeight - element.clientHeight
        let at = 0
        const timer = setInterval(() => {
          // Far apart, all over the list, and the same with every run.
          element.scrollTop = most * ((at * 0.618034) % 1)
          if (++at < count) return
          clearInterval(timer)
          resolve()
        }, 120)
      }),
    places,
  )
}

export interface Seen {
  /** Looks at the list, one a frame, and rows that were looked at. */
  readonly looks: number
  readonly rows: number
  /** Of these rows, those whose place was empty: not drawn yet, or drawn without what belongs there. */
  readonly blank: number
  /** Of these rows, those of which not all was there yet: their size, which each row of the lists measured has. */
  readonly inPart: number
  /** Longest time that any row was blank at a stretch, milliseconds. */
  readonly longestBlank: number
  /** Most elements that stood for rows at a time. */
  readonly mostRows: number
}

/** Looks at a list with every frame, from now on until what it gives is called. */
export async function watchRows(page: Page, list: Locator): Promise<() => Promise<Seen>> {
  await list.evaluate((element) => {
    const state = { looks: 0, rows: 0, blank: 0, inPart: 0, longestBlank: 0, mostRows: 0, on: true }
    Object.assign(window, { decantSeen: state })
    let blankSince: number | undefined
    const look = (now: number): void => {
      if (!state.on) return
      const list = element.getBoundingClientRect()
      const rows = [...element.querySelectorAll('[data-index]')]
      const there = rows
        .filter((row) => !row.matches('.pending, :has(.pending)'))
        .map((row) => ({ row, box: row.getBoundingClientRect() }))
      state.looks += 1
      state.mostRows = Math.max(state.mostRows, rows.length)
      let blank = 0
      // One row is 28 pixels high; the head covers the first.
      for (let y = list.top + 42; y < list.bottom - 14; y += 28) {
        state.rows += 1
        const shown = there.find(({ box: { top, bottom } }) => top <= y && y <= bottom)
        if (shown === undefined) blank += 1
        else if (shown.row.querySelector('.size')?.textContent?.trim() === '') state.inPart += 1
      }
      state.blank += blank
      blankSince = blank === 0 ? undefined : (blankSince ?? now)
      if (blankSince !== undefined) state.longestBlank = Math.max(state.longestBlank, now - blankSince)
      requestAnimationFrame(look)
    }
    requestAnimationFrame(look)
  })
  return () =>
    page.evaluate(() => {
      const { decantSeen } = window as unknown as { decantSeen: Seen & { on: boolean } }
      decantSeen.on = false
      const { looks, rows, blank, inPart, longestBlank, mostRows } = decantSeen
      return { looks, rows, blank, inPart, longestBlank, mostRows }
    })
}

/** How often a part of the page says something else, from now on until what it gives is called. */
export async function watchWords(region: Locator): Promise<() => Promise<number>> {
  await region.evaluate((element) => {
    const state = { changes: 0, said: element.textContent, timer: 0 }
    state.timer = window.setInterval(() => {
      if (element.textContent === state.said) return
      state.said = element.textContent
      state.changes += 1
    }, 50)
    Object.assign(window, { decantSaid: state })
  })
  return () =>
    region.evaluate((element) => {
      const { decantSaid } = window as unknown as { decantSaid: { changes: number; timer: number } }
      window.clearInterval(decantSaid.timer)
      return element.isConnected ? decantSaid.changes : 0
    })
}

/** Clicks something and waits for something else, both in the page; milliseconds until the frame after it was there. */
export async function untilThere(click: Locator, selector: string): Promise<number> {
  return click.evaluate((element, wanted) => {
    const began = performance.now()
    ;(element as HTMLElement).click()
    return new Promise<number>((resolve) => {
      const look = (): void => {
        if (document.querySelector(wanted) === null) requestAnimationFrame(look)
        else requestAnimationFrame(() => resolve(performance.now() - began))
      }
      look()
    })
  }, selector)
}
