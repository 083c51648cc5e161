import type { Client } from '#contract/client.ts'
import type { ItemQueryInput, ItemView } from '#model/plan.ts'
import { PagedRows } from './paged-rows.svelte.ts'

/** Rows of one call: what is in sight, and as much again; more would only come later. */
const PAGE = 100

/** The items of a job that a query is about, as many of them as are looked at. */
export class ItemWindow extends PagedRows<ItemView> {
  readonly jobId: string
  readonly query: ItemQueryInput

  constructor(client: Client, jobId: string, query: ItemQueryInput) {
    super(PAGE, async (offset, limit, signal) => {
      const page = await client.call('jobs.items', { id: jobId, ...query, offset, limit }, { signal })
      return { rows: page.items, total: page.total, looking: page.looking }
    })
    this.jobId = jobId
    this.query = query
  }

  /** Undefined where it is still to come. */
  item(index: number): ItemView | undefined {
    return this.row(index)
  }

  /** The job has moved on. */
  refresh(): Promise<void> {
    return this.reload()
  }
}
