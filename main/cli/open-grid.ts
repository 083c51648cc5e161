import type { Client } from '#contract/client.ts'
import type { GridSnapshot } from '#model/grid.ts'
import type { EditSpec } from '#model/spec.ts'
import { lentCredentials } from './create.ts'
import type { Screen } from './screen.ts'
import type { Session } from './session.ts'
import { UsageError } from './usage.ts'
import { count } from './words.ts'

/** Opens the sources of an edit as a metadata grid, in whatever process the session is with, and waits for its keys. */
export async function openGrid(
  session: Session,
  option: string,
  spec: EditSpec,
  env: NodeJS.ProcessEnv,
  screen: Screen,
): Promise<GridSnapshot> {
  const { client, kind } = session
  const [first] = spec.sources
  if (spec.sources.some(({ bucket }) => bucket !== first.bucket))
    throw new UsageError(`--${option}: every SOURCE must be in one bucket`)
  if (spec.filter !== undefined || first.versions.take !== 'current')
    throw new UsageError(
      `--${option}: cannot be combined with filters or --versions: the CSV says which objects`,
    )
  const { connection, bucket, base, owner, requesterPays } = first
  const lent = kind === 'handed-over' ? await lentCredentials(connection, env) : undefined
  const { id } = await client.call('grids.open', {
    connection: connection.id,
    bucket,
    base: spec.sources.length === 1 ? base : '',
    select: spec.sources.flatMap(({ select }) => select),
    as: {
      config: connection.config,
      requesterPays,
      ...(owner !== undefined && { owner }),
      ...(lent && { credentials: lent }),
    },
  })
  return untilGrid(client, id, ({ listing }) => !listing, screen)
}

/** Waits until the grid is so. Throws what stops its listing and its reading. */
export async function untilGrid(
  client: Client,
  id: string,
  is: (grid: GridSnapshot) => boolean,
  screen: Screen,
): Promise<GridSnapshot> {
  let settle: (grid: GridSnapshot) => void = () => {}
  const settled = new Promise<GridSnapshot>((resolve) => (settle = resolve))
  const look = (grid: GridSnapshot): void => {
    screen.progress(() => progressOf(grid))
    if (grid.failure !== undefined || is(grid)) settle(grid)
  }
  const unsubscribe = client.on('grids.changed', ({ grids }) => {
    const grid = grids.find((changed) => changed.id === id)
    if (grid) look(grid)
  })
  try {
    const [now] = (await client.call('grids.list', {})).filter((grid) => grid.id === id)
    if (now) look(now)
    const grid = await settled
    if (grid.failure !== undefined) throw new UsageError(grid.failure.message)
    return grid
  } finally {
    unsubscribe()
    screen.clear()
  }
}

function progressOf({ listing, rows, known }: GridSnapshot): string {
  return listing ? `Listing: ${count(rows)} objects` : `Reading: ${count(known)} of ${count(rows)} objects`
}
