import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import type { Handlers } from '#contract/handlers.ts'
import type { HostPort } from '#contract/host.ts'
import type { DeliveredFile } from '#contract/answers.ts'
import type { Parsed } from '#contract/methods.ts'
import type { CoreOptions } from '#contract/transport.ts'
import { diskFailure, fileName } from './files.ts'
import type { GridService } from './grids.ts'

interface Needs {
  readonly core: CoreOptions
  readonly grids: GridService
  readonly host: HostPort
}

type GridEdits = Pick<
  Handlers,
  | 'grids.setRules'
  | 'grids.edit'
  | 'grids.paste'
  | 'grids.import'
  | 'grids.export'
  | 'grids.ahead'
  | 'grids.undo'
  | 'grids.redo'
>

/** What is done to a grid, and with what it shows. */
export function gridEdits(needs: Needs): GridEdits {
  const find = async (id: string) => (await needs.grids.use()).find(id)
  return {
    'grids.setRules': async ({ id, rules }) => (await find(id)).setRules(rules),
    'grids.edit': async ({ id, at, field, value }) => (await find(id)).edit(at, field, value),
    'grids.paste': async ({ id, view, from, fields, text }) =>
      (await find(id)).paste(view, from, fields, text),
    'grids.import': async ({ id, text, first, last }) => (await find(id)).import(text, first, last),
    'grids.export': (request) => exportGrid(needs, request),
    'grids.ahead': async ({ id, on }) => (await find(id)).ahead(on),
    'grids.undo': async ({ id }) => (await find(id)).undo(),
    'grids.redo': async ({ id }) => (await find(id)).redo(),
  }
}

/** Written beside the reports, and handed over as they are. */
async function exportGrid(
  { core, grids, host }: Needs,
  { id, view }: Parsed<'grids.export'>,
): Promise<DeliveredFile> {
  const grid = (await grids.use()).find(id)
  const folder = path.join(core.dataDir, 'reports')
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const file = path.join(folder, `grid-${id}.csv`)
  try {
    await grid.writeCsv(view, file)
  } catch (error) {
    throw diskFailure(error, 'the table')
  }
  const { bucket, base } = grid.of
  return host.deliverFile({ path: file, name: `${fileName(`metadata of ${base || bucket}`)}.csv` })
}
