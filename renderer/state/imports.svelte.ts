import { SvelteSet } from 'svelte/reactivity'
import type { Client } from '#contract/client.ts'
import type { ConnectionView, FoundElsewhere, FoundProfile } from '#contract/connection-answers.ts'
import { toFailure } from '#model/failure.ts'
import { formatNumberOf } from '../format/count.ts'
import type { Connections } from './connections.svelte.ts'
import { hostOf } from './host-of.ts'
import type { Notices } from './notices.ts'

/** One thing that was found on this machine, as a line of the import dialog. */
export interface Find {
  /** For the set of what is chosen. */
  readonly id: string
  readonly from: FindSource
  readonly name: string
  /** Where it leads, and how it signs. */
  readonly facts: readonly string[]
  readonly keys: 'in-place' | 'here' | 'elsewhere' | 'none'
  readonly imported: boolean
}
export const FIND_SOURCES = ['aws', 'rclone', 'cyberduck', 's3cmd'] as const
export type FindSource = (typeof FIND_SOURCES)[number]

/** The largest settings file that is read; the core refuses more. */
const MOST = 1_000_000

/** What other tools of this machine know, to be taken over. */
export class Imports {
  readonly #client: Client
  readonly #connections: Connections
  readonly #notices: Notices

  profiles = $state.raw<readonly FoundProfile[]>([])
  elsewhere = $state.raw<readonly FoundElsewhere[]>([])
  /** It was looked, and whatever there is has been found. */
  looked = $state(false)
  busy = $state(false)
  readonly chosen = new SvelteSet<string>()

  readonly finds: readonly Find[] = $derived.by(() => [
    ...this.profiles.map(profileFind),
    ...this.elsewhere.map(elsewhereFind),
  ])
  /** What is not here yet. */
  readonly fresh: readonly Find[] = $derived.by(() => this.finds.filter(({ imported }) => !imported))
  readonly toImport: readonly Find[] = $derived.by(() => this.fresh.filter(({ id }) => this.chosen.has(id)))

  constructor(client: Client, connections: Connections, notices: Notices) {
    this.#client = client
    this.#connections = connections
    this.#notices = notices
  }

  /** Looks anew. One source that cannot be read does not hide the other. */
  async look(): Promise<void> {
    const [profiles, elsewhere] = await Promise.all([
      this.#read(
        () => this.#client.call('connections.profiles', {}),
        'The profiles in ~/.aws could not be read.',
      ),
      this.#read(
        () => this.#client.call('connections.elsewhere', {}),
        'The settings of other tools could not be read.',
      ),
    ])
    this.profiles = profiles
    this.elsewhere = elsewhere
    this.looked = true
  }

  /** Chooses all that is not here yet, and looks anew: what somebody leaves out meanwhile stays out. */
  async begin(): Promise<void> {
    const known = this.fresh.map(({ id }) => id)
    this.chosen.clear()
    for (const id of known) this.chosen.add(id)
    await this.look()
    for (const { id } of this.fresh) if (!known.includes(id)) this.chosen.add(id)
  }

  toggle(id: string): void {
    if (!this.chosen.delete(id)) this.chosen.add(id)
  }

  /** Takes what is chosen over. Empty where nothing was taken; why is told. */
  async importChosen(): Promise<readonly ConnectionView[]> {
    if (this.busy) return []
    const wanted = this.toImport.map(({ id }) => id)
    const profiles = wanted.flatMap((id) => (id.startsWith(PROFILE) ? [id.slice(PROFILE.length)] : []))
    const ids = wanted.flatMap((id) => (id.startsWith(TOOL) ? [id.slice(TOOL.length)] : []))
    return this.#taken(async () => [
      ...(profiles.length === 0 ? [] : await this.#client.call('connections.import', { profiles })),
      ...(ids.length === 0 ? [] : await this.#client.call('connections.importElsewhere', { ids })),
    ])
  }

  /** A settings file that was dropped here or chosen. */
  async importFile(file: File): Promise<readonly ConnectionView[]> {
    if (this.busy) return []
    if (file.size > MOST) {
      this.#notices.say({ kind: 'error', title: `${file.name} is too large for a settings file.` })
      return []
    }
    return this.#taken(async () =>
      this.#client.call('connections.importFile', { name: file.name, text: await file.text() }),
    )
  }

  async #taken(act: () => Promise<readonly ConnectionView[]>): Promise<readonly ConnectionView[]> {
    this.busy = true
    let taken: readonly ConnectionView[] = []
    try {
      taken = await act()
      const title =
        taken.length === 0
          ? 'There was nothing in it that is not here already.'
          : `${formatNumberOf(taken.length, 'connection')} imported.`
      this.#notices.say({ kind: taken.length === 0 ? 'info' : 'done', title, detail: keyless(taken) })
    } catch (error) {
      this.#notices.failure(toFailure(error), 'Not everything was imported.')
    }
    this.busy = false
    this.chosen.clear()
    await Promise.all([this.#connections.load(), this.look()])
    return taken
  }

  async #read<Value>(ask: () => Promise<readonly Value[]>, doing: string): Promise<readonly Value[]> {
    try {
      return await ask()
    } catch (error) {
      this.#notices.failure(toFailure(error), doing)
      return []
    }
  }
}

const PROFILE = 'profile:'
const TOOL = 'tool:'
const KINDS: Readonly<Record<FoundProfile['kind'], string>> = {
  keys: 'keys',
  sso: 'SSO',
  role: 'role',
  process: 'process',
  unknown: 'no keys',
}

function profileFind({ name, kind, region, endpoint, imported }: FoundProfile): Find {
  const facts = [KINDS[kind], endpoint === undefined ? undefined : hostOf(endpoint), region]
  return { id: PROFILE + name, from: 'aws', name, facts: facts.filter(isText), keys: 'in-place', imported }
}

function elsewhereFind({ id, from, name, endpoint, region, keys, imported }: FoundElsewhere): Find {
  const facts = [endpoint === undefined ? 'AWS' : hostOf(endpoint), region]
  return { id: TOOL + id, from, name, facts: facts.filter(isText), keys, imported }
}

/** What still has to be done for some of them. */
function keyless(taken: readonly ConnectionView[]): string | undefined {
  const names = taken.filter(({ state }) => state === 'sign-in').map(({ name }) => name)
  return names.length === 0 ? undefined : `Type in the keys of ${names.join(', ')}.`
}

function isText(text: string | undefined): text is string {
  return text !== undefined && text !== ''
}
