import type { Client } from '#contract/client.ts'
import type { ItemFilter, ItemView } from '#model/plan.ts'
import { PagedRows } from './paged-rows.svelte.ts'

/** Rows of one call. */
const PAGE = 200

/** The items of a job, as many of them as are looked at. */
export class ItemWindow extends PagedRows<ItemView> {
  readonly jobId: string
  readonly filter: ItemFilter

  constructor(client: Client, jobId: string, filter: ItemFilter) {
    super(PAGE, async (offset, limit, signal) => {
      const page = await client.call('jobs.items', { id: jobId, filter, offset, limit }, { signal })
      return { rows: page.items, total: page.total }
    })
    this.jobId = jobId
    this.filter = filter
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
