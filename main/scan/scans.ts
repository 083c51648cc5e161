import { rmSync } from 'node:fs'
import type { OpenStorage } from '../engine/storage.ts'
import { openRowsFile, scansDir } from './rows-file.ts'
import { Scan } from './scan.ts'
import type { ScanPlace } from './scan.ts'
import { fail } from '#model/failure.ts'
import type { ScanOf, ScanRow, ScanSnapshot, UnfinishedUpload } from '#model/scan.ts'
import type { ObjectSummary } from '#model/object.ts'
import type { Seams } from '#model/seams.ts'

/** Whoever forgot to close theirs: the oldest that runs no more goes. */
const MOST = 32

export interface OpenScans {
  readonly dir: string
  readonly seams: Seams
  readonly openStorage: OpenStorage
  readonly changed: (id: string) => void
  readonly removed: (id: string) => void
}

/** The scans of this process; none outlives it. */
export class Scans {
  readonly #options: OpenScans
  readonly #scans = new Map<string, Scan>()

  constructor(options: OpenScans) {
    this.#options = options
    rmSync(scansDir(options.dir), { recursive: true, force: true })
  }

  async start(what: ScanOf, place: ScanPlace): Promise<ScanSnapshot> {
    await this.#makeRoom()
    const { dir, seams, openStorage, changed } = this.#options
    const id = seams.id()
    const { owner, requesterPays } = place
    const scan = new Scan({
      ...{ id, what, place, seams },
      openStorage: () => openStorage(place.connection, { owner, requesterPays }),
      rows: what.of === 'usage' ? undefined : openRowsFile(dir, id),
      changed: () => changed(id),
    })
    this.#scans.set(id, scan)
    return scan.snapshot()
  }

  async #makeRoom(): Promise<void> {
    if (this.#scans.size < MOST) return
    const over = [...this.#scans.values()].find(({ isRunning }) => !isRunning)
    if (over === undefined) fail('not-possible', 'item', `${MOST} counts and searches run already: stop one.`)
    await this.close(over.id)
  }

  find(id: string): Scan {
    const scan = this.#scans.get(id)
    return scan ?? fail('bad-input', 'item', `id: there is no scan ${JSON.stringify(id)}`, { property: 'id' })
  }

  snapshot(id: string): ScanSnapshot | undefined {
    return this.#scans.get(id)?.snapshot()
  }

  rows(id: string, offset: number, limit: number): { rows: ScanRow[]; total: number } {
    const { rows, what } = this.find(id)
    const found = rows?.read(offset, limit) ?? []
    return {
      rows: found.map(({ n, row }) =>
        what.of === 'uploads'
          ? { is: 'upload', n, upload: row as UnfinishedUpload }
          : { is: 'object', n, object: row as ObjectSummary },
      ),
      total: rows?.length ?? 0,
    }
  }

  async close(id: string): Promise<void> {
    const scan = this.#scans.get(id)
    if (scan === undefined) return
    this.#scans.delete(id)
    await scan.close()
    this.#options.removed(id)
  }

  async closeAll(): Promise<void> {
    await Promise.all([...this.#scans.keys()].map((id) => this.close(id)))
  }
}
