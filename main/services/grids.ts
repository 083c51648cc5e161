import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import path from 'node:path'
import type { Events } from '#contract/events.ts'
import type { HostPort } from '#contract/host.ts'
import type { GridPage } from '#contract/answers.ts'
import type { Parsed } from '#contract/methods.ts'
import type { CoreOptions } from '#contract/transport.ts'
import { fail } from '#model/failure.ts'
import type { GridSnapshot } from '#model/grid.ts'
import type { Seams } from '#model/seams.ts'
import type { JobSpec } from '#model/spec.ts'
import type { Grids } from '../grid/grids.ts'
import { Changes } from '../jobs/changes.ts'
import type { GridRows } from '../jobs/plan/grid-rows.ts'
import { namedConnection } from './named-connection.ts'
import type { SettingsStore } from './settings.ts'
import type { Storages } from './storages.ts'

/** The metadata grids of this process, loaded when the first one is asked for: a copy of objects needs none of it. */
export interface GridService {
  /** Those of earlier starts are there, and go on with what they were at. */
  use(): Promise<Grids>
  /** What jobs take of them. */
  readonly rows: GridRows
  /** What was wrong with files of earlier starts, once they were looked at. */
  notices(): readonly string[]
  onChange(listener: (change: Events['grids.changed']) => void): () => void
  close(): Promise<void>
}

export interface GridServiceOptions {
  readonly dataDir: string
  readonly seams: Seams
  readonly storages: Storages
}

export function createGridService({ dataDir, seams, storages }: GridServiceOptions): GridService {
  let loading: Promise<Grids> | undefined
  let grids: Grids | undefined
  const changes = new Changes<GridSnapshot>(seams, (id) => grids?.snapshot(id))
  const load = async (): Promise<Grids> => {
    const { Grids } = await import('../grid/grids.ts')
    grids = new Grids({
      ...{ dir: dataDir, seams, openStorage: storages.open },
      changed: (id) => changes.note(id),
      removed: (id) => changes.noteRemoved(id),
    })
    for (const notice of grids.notices) console.warn(notice)
    return grids
  }
  return {
    use: () => (loading ??= load()),
    rows: {
      find(id) {
        const grid = grids?.forJob(id)
        if (grid === undefined) return undefined
        const { of, store } = grid
        const { cursor, tally } = store.state
        const { connection, bucket, base } = of
        return { connection: connection.id, bucket, base, rows: tally.rows, listing: cursor !== undefined }
      },
      page: async (id, after, limit, wanted) =>
        (await grids?.forJob(id)?.planRows(after, limit, wanted)) ?? [],
      keep: (id, jobId) => grids?.forJob(id)?.keep(jobId),
      release: (id, jobId, because) => grids?.release(id, jobId, because),
    },
    notices: () => grids?.notices ?? [],
    onChange: (listener) => changes.listen(({ changed, removed }) => listener({ grids: changed, removed })),
    async close() {
      await (await loading)?.close()
      changes.flush()
    },
  }
}

/** Whether an earlier start left grids. */
export function hasGrids(dataDir: string): boolean {
  return existsSync(path.join(dataDir, 'grids'))
}

interface Needs {
  readonly grids: GridService
  readonly settings: SettingsStore
  readonly storages: Storages
  readonly host: HostPort
}

export async function openGrid(
  { grids, ...needs }: Omit<Needs, 'host'>,
  { bucket, select, base, ...named }: Parsed<'grids.open'>,
): Promise<GridSnapshot> {
  const connection = namedConnection(needs, named)
  const { owner, requesterPays = false } = named.as ?? {}
  return (await grids.use()).open({ connection, owner, requesterPays, bucket, select, base })
}

export async function listGrids({ grids }: Pick<Needs, 'grids'>): Promise<GridSnapshot[]> {
  const all = await grids.use()
  // What the end of an earlier start interrupted goes on as soon as somebody asks what there is.
  for (const { id, listing } of all.list()) if (listing) all.find(id).wake()
  return all.list()
}

/** Somebody looks at it: what stopped goes on. */
export async function getGrid({ grids }: Pick<Needs, 'grids'>, id: string): Promise<GridSnapshot> {
  const grid = (await grids.use()).find(id)
  grid.goOn()
  return grid.snapshot()
}

export async function gridRows(
  { grids }: Pick<Needs, 'grids'>,
  { id, view, offset, limit }: Parsed<'grids.rows'>,
): Promise<GridPage> {
  return (await grids.use()).find(id).window(view, offset, limit)
}

/** Refuses to plan an edit from a grid that is not ready for it; a grid that is not there the jobs refuse. */
export async function checkPlannable({ grids }: Pick<Needs, 'grids'>, spec: JobSpec): Promise<void> {
  if (spec.kind !== 'edit' || spec.changes.from !== 'grid') return
  const grid = (await grids.use()).forJob(spec.changes.id)
  if (grid === undefined) return
  await grid.edits.idle()
  await grid.counted()
  const { planned, closing, tally } = grid.store.state
  const refuse = (message: string): never => fail('bad-input', 'item', message, { property: 'changes.id' })
  if (planned || closing) refuse('An edit job was planned from this grid already.')
  const { invalidCells: cells, invalidRows: rows } = tally
  if (cells === 0) return
  const what = cells === 1 ? '1 cell has a value' : `${cells.toLocaleString('en')} cells have values`
  const where = rows === 1 ? '1 object' : `${rows.toLocaleString('en')} objects`
  refuse(`${what} that S3 would refuse, in ${where}: mend them first.`)
}

/** With its edits, and the table that was made of it. */
export async function closeGrid(
  { grids, core }: Pick<Needs, 'grids'> & { readonly core: CoreOptions },
  id: string,
): Promise<void> {
  await (await grids.use()).remove(id)
  await rm(path.join(core.dataDir, 'reports', `grid-${id}.csv`), { force: true })
}
