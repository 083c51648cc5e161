import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { HostPort } from '#contract/host.ts'
import { fail } from '#model/failure.ts'
import { parsePrices, priceFile } from '#model/price-file.ts'
import type { Prices } from '#model/price-file.ts'
import type { PricesView } from '#model/prices.ts'
import builtInFile from '../../resources/prices.json' with { type: 'json' }

const PRICES_FILE = 'prices.json'
/** Bytes; nobody's prices are longer, and it is read where a job's detail is asked for. */
const LONGEST = 4_000_000

/** The price file that counts: a person's own in the data directory, whole, or else the one that came with Decant. */
export interface PriceBook {
  /** As it is just now: a file that was changed counts from the next look on. */
  current(): Prices
  view(): PricesView
  /** Makes a file of one's own from the built-in one, where there is none. */
  makeOwn(): void
}

let builtIn: Prices | undefined

/** The one that came with Decant. */
export function builtInPrices(): Prices {
  return (builtIn ??= { file: priceFile.parse(builtInFile), source: 'built-in' })
}

export function openPriceBook(dataDir: string): PriceBook {
  const file = path.join(dataDir, PRICES_FILE)
  let read: { readonly stamp: string; readonly own?: Prices; readonly problem?: string } = { stamp: '' }
  const look = (): typeof read => {
    const stamp = stampOf(file)
    if (stamp !== read.stamp) read = { stamp, ...(stamp !== '' && readOwn(file)) }
    return read
  }
  const current = (): Prices => look().own ?? builtInPrices()
  return {
    current,
    view: () => {
      const { source, file: counts } = current()
      return { date: counts.date, source, path: file, problem: read.problem }
    },
    makeOwn: () => {
      if (existsSync(file)) return
      try {
        writeFileSync(file, `${JSON.stringify(builtInFile, null, 2)}\n`, { flag: 'wx', mode: 0o600 })
      } catch (error) {
        fail(
          'storage-full',
          'item',
          `${file} cannot be written: ${error instanceof Error ? error.message : ''}`,
        )
      }
    },
  }
}

export async function editPrices(
  book: PriceBook,
  host: Pick<HostPort, 'openFolder'>,
): Promise<PricesView & { readonly opened: boolean }> {
  book.makeOwn()
  const view = book.view()
  const opened = (await host.openFolder(path.dirname(view.path))) === 'opened'
  return { ...view, opened }
}

/** Empty where there is none. */
function stampOf(file: string): string {
  const found = statSync(file, { throwIfNoEntry: false })
  return found ? `${found.mtimeMs} ${found.size} ${found.ino}` : ''
}

function readOwn(file: string): { readonly own?: Prices; readonly problem?: string } {
  try {
    const found = statSync(file)
    if (!found.isFile() || found.size > LONGEST)
      return { problem: `prices.json: must be a file of at most ${LONGEST.toLocaleString('en')} bytes` }
    const parsed = parsePrices(readFileSync(file, 'utf8'))
    return parsed.is === 'read' ? { own: { file: parsed.file, source: 'own' } } : { problem: parsed.why }
  } catch (error) {
    return { problem: `prices.json cannot be read: ${error instanceof Error ? error.message : ''}` }
  }
}
