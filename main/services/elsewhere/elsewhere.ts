import { createHash } from 'node:crypto'
import type { ConnectionView, FoundElsewhere } from '#contract/connection-answers.ts'
import type { ConnectionDraft } from '#contract/drafts.ts'
import type { Connection, CredentialSource } from '#model/connection.ts'
import { fail } from '#model/failure.ts'
import { canonicalEndpoint } from '../../engine/route.ts'
import { readSettings, settingsFiles, type Surroundings } from './files.ts'
import type { ElsewhereStore } from './store.ts'

/** Stores that other tools of this machine know. Their keys go from their files into the host's keeping, and nowhere else. */
export interface Elsewhere {
  list(): Promise<FoundElsewhere[]>
  import(ids: readonly string[]): Promise<ConnectionView[]>
  importFile(file: { readonly name: string; readonly text: string }): Promise<ConnectionView[]>
}

export interface ElsewhereOptions {
  readonly around: Surroundings
  readonly connections: {
    list(): readonly Connection[]
    save(draft: ConnectionDraft): Promise<ConnectionView>
    /** The same for keys that have to be typed in yet. */
    saveWithoutKeys(connection: ConnectionDraft['connection']): Promise<ConnectionView>
  }
}

export function createElsewhere({ around, connections }: ElsewhereOptions): Elsewhere {
  const found = async (): Promise<ReadonlyMap<string, ElsewhereStore>> => {
    const stores = new Map<string, ElsewhereStore>()
    for (const file of await settingsFiles(around)) {
      file.stores.forEach((store, at) => stores.set(idOf(file.path, at, store), store))
    }
    return stores
  }
  const isHere = (store: ElsewhereStore): boolean => connections.list().some((known) => isSame(known, store))

  /** One after the other: what the host refuses is said, and what was imported before it stays. */
  const take = async (stores: readonly ElsewhereStore[]): Promise<ConnectionView[]> => {
    const taken: ConnectionView[] = []
    for (const store of stores) {
      if (store.keys.are === 'sealed') fail('not-possible', 'item', store.keys.why)
      if (isHere(store)) continue
      const connection = connectionFrom(store, connections.list().length)
      taken.push(
        await (store.keys.are === 'elsewhere'
          ? connections.saveWithoutKeys(connection)
          : connections.save({
              connection,
              ...(store.keys.are === 'here' && { secret: store.keys.secret }),
            })),
      )
    }
    return taken
  }

  return {
    list: async () => [...(await found())].map(([id, store]) => shown(id, store, isHere(store))),
    async import(ids) {
      const stores = await found()
      return take(
        ids.map(
          (id) =>
            stores.get(id) ?? fail('bad-input', 'item', `ids: what was found as ${id} is not there any more`),
        ),
      )
    },
    async importFile({ name, text }) {
      const stores = readSettings(name, text)
      if (stores.length === 0) fail('bad-input', 'item', `${name} names no S3 store.`)
      return take(stores)
    },
  }
}

/** Without the keys. */
function shown(
  id: string,
  { from, name, provider, endpoint, region, keys }: ElsewhereStore,
  imported: boolean,
): FoundElsewhere {
  const are = keys.are === 'sealed' ? 'elsewhere' : keys.are
  return { id, from, name, provider, endpoint, region, keys: are, imported }
}

/** The file may have changed since it was shown: then the id is another one. */
function idOf(file: string, at: number, { from, name, endpoint, region }: ElsewhereStore): string {
  const text = JSON.stringify([file, at, from, name, endpoint, region])
  return `${from}-${createHash('sha256').update(text).digest('hex').slice(0, 16)}`
}

function connectionFrom(store: ElsewhereStore, count: number): ConnectionDraft['connection'] {
  const { name, provider, endpoint, region, addressing, places } = store
  return {
    ...{ name, provider, region, addressing, readOnly: false },
    // The six colours in turn, the playground's last.
    color: (count % 5) + 1,
    credentials: credentialsOf(store),
    ...(endpoint !== undefined && { endpoint }),
    ...(places && { places: [...places] }),
  }
}

function credentialsOf({ keys }: ElsewhereStore): CredentialSource {
  switch (keys.are) {
    case 'here':
      return { kind: 'keys', accessKeyId: keys.secret.accessKeyId }
    case 'elsewhere':
      return { kind: 'keys', accessKeyId: keys.accessKeyId }
    case 'none':
      return keys.source
    case 'sealed':
      return { kind: 'anonymous' }
  }
}

/** The same store with the same keys, whatever it is called. */
function isSame(known: Connection, store: ElsewhereStore): boolean {
  if (store.keys.are === 'sealed') return false
  const { endpoint, region, addressing } = store
  const credentials = credentialsOf(store)
  const config = { endpoint, region, addressing, credentials }
  return (
    canonicalEndpoint(known) === canonicalEndpoint(config) &&
    JSON.stringify(known.credentials) === JSON.stringify(credentials)
  )
}
