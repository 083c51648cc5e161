import type { Client } from '#contract/client.ts'
import type { ConnectionView } from '#contract/connection-answers.ts'
import type { ConnectionRef } from '#model/connection.ts'
import { connectionRow, type Row } from './rows.ts'

/** The connections, and how each is doing. */
export class Connections {
  #client: Client

  all = $state.raw<readonly ConnectionView[]>([])
  loaded = $state(false)
  readonly rows: readonly Row[] = $derived(this.all.map(connectionRow))

  constructor(client: Client) {
    this.#client = client
    client.on('connections.changed', ({ connections }) => {
      this.all = connections
      this.loaded = true
    })
  }

  async load(): Promise<void> {
    this.all = await this.#client.call('connections.list', {})
    this.loaded = true
  }

  get(id: string | undefined): ConnectionView | undefined {
    return this.all.find((connection) => connection.id === id)
  }

  /** As a job spec names it. */
  ref(id: string): ConnectionRef | undefined {
    const connection = this.get(id)
    if (connection === undefined) return undefined
    const { name, endpoint, region, addressing, credentials } = connection
    return {
      id,
      name,
      config: { region, addressing, credentials, ...(endpoint === undefined ? {} : { endpoint }) },
    }
  }
}
