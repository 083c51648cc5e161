import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ABILITIES, observe } from './abilities.ts'
import type { Ability } from './abilities.ts'
import type { Observed } from './case.ts'
import { openBench } from './bench.ts'
import type { Client, Endpoint } from './bench.ts'
import { STORAGE_CASES } from './cases.ts'

/** One suite for every way to S3: what all do alike, and what is expected of this endpoint besides. */
export function storageSuite(
  client: Client,
  at: () => Endpoint,
  expectations: Readonly<Record<Ability, Observed>>,
): void {
  describe(`${client} storage`, () => {
    let bench: Awaited<ReturnType<typeof openBench>>
    beforeAll(async () => {
      bench = await openBench(client, at())
    })
    afterAll(() => bench.close())

    it.each(STORAGE_CASES)('$name', (each) => each.run(bench))
    it.each(ABILITIES)('%s: as expected', async (ability) => {
      expect(await observe(bench, ability)).toBe(expectations[ability])
    })
  })
}
