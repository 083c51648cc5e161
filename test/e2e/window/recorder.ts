/** Watches a page over the DevTools protocol: traces, heap, and what comes over the bridge. */
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import type { CDPSession, Page } from 'playwright'
import { markedAt, readStretch, threadsOf } from './trace.ts'
import type { Stretch, TraceEvent } from './trace.ts'

/** Tasks and frames, the page's own marks, and nothing that costs more than they do. */
const CATEGORIES = [
  'devtools.timeline',
  'disabled-by-default-devtools.timeline',
  'disabled-by-default-devtools.timeline.frame',
  'blink.user_timing',
]

export interface Recorder {
  /** Does something while a trace is recorded; gives what the trace says of that time. */
  trace(name: string, act: () => Promise<void>): Promise<Stretch>
  /** Bytes of the page's heap at present; `settled`: without what may be thrown away. */
  heap(settled?: boolean): Promise<number>
  readonly cdp: CDPSession
}

/** @param traces a folder for the traces themselves, to be looked at in DevTools */
export async function recorderOf(page: Page, traces?: string): Promise<Recorder> {
  const cdp = await page.context().newCDPSession(page)
  await cdp.send('Performance.enable')
  return {
    cdp,
    async trace(name, act) {
      await cdp.send('Tracing.start', {
        transferMode: 'ReturnAsStream',
        traceConfig: {
          recordMode: 'recordAsMuchAsPossible',
          includedCategories: CATEGORIES,
        },
      })
      await mark(page, `${name}:from`)
      await act()
      await mark(page, `${name}:to`)
      const text = await stop(cdp)
      if (traces !== undefined) writeFileSync(path.join(traces, `${name}.json`), text)
      const { traceEvents: events } = JSON.parse(text) as { readonly traceEvents: readonly TraceEvent[] }
      const threads = threadsOf(events, `${name}:from`)
      return readStretch(events, threads, markedAt(events, `${name}:from`), markedAt(events, `${name}:to`))
    },
    async heap(settled = false) {
      if (settled) await cdp.send('HeapProfiler.collectGarbage')
      const { metrics } = await cdp.send('Performance.getMetrics')
      return metrics.find(({ name }) => name === 'JSHeapUsedSize')?.value ?? 0
    },
  }
}

async function mark(page: Page, name: string): Promise<void> {
  await page.evaluate((called) => void performance.mark(called), name)
}

async function stop(cdp: CDPSession): Promise<string> {
  const complete = new Promise<string>((resolve, reject) => {
    cdp.once('Tracing.tracingComplete', ({ stream }) =>
      stream === undefined ? reject(new Error('The trace did not come.')) : resolve(stream),
    )
  })
  await cdp.send('Tracing.end')
  const handle = await complete
  const pieces: Buffer[] = []
  for (;;) {
    const { data, eof, base64Encoded } = await cdp.send('IO.read', { handle, size: 1024 * 1024 })
    pieces.push(Buffer.from(data, base64Encoded === true ? 'base64' : 'utf8'))
    if (eof) break
  }
  await cdp.send('IO.close', { handle })
  return Buffer.concat(pieces).toString()
}
