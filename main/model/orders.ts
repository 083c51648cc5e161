import { z } from 'zod'

/** Higher goes first, as with S3 Batch Operations; of equal ones the order of the list counts. */
export const priority = z.int().min(0).max(100)
export const PRIORITIES = { high: 75, normal: 50, low: 25 } as const

/** A job pauses (`budget`) before it goes beyond either. Of all its runs together, the plan's requests too. */
export const budget = z
  .strictObject({
    /** US dollars, by the price file. */
    usd: z.number().positive().max(1_000_000_000).optional(),
    requests: z.int().positive().optional(),
  })
  .refine(({ usd, requests }) => usd !== undefined || requests !== undefined, 'must name usd or requests')
export type Budget = z.infer<typeof budget>

/** What may be said of a job besides its spec, and changed while it waits or runs. */
export const orders = z.strictObject({
  priority: priority.optional(),
  /** Milliseconds since the epoch: it is planned and carried out from then on. */
  startAt: z.int().positive().optional(),
})
export type Orders = z.infer<typeof orders>
