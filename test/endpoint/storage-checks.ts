import assert from 'node:assert/strict'
import { systemSeams } from '#model/seams.ts'
import { probeEndpoint } from '../../main/engine/probe-endpoint.ts'
import { ABILITIES, observe } from '../suites/storage/abilities.ts'
import { CLIENTS, openBench } from '../suites/storage/bench.ts'
import type { Client, Endpoint } from '../suites/storage/bench.ts'
import { STORAGE_CASES } from '../suites/storage/cases.ts'
import { EXPECTATIONS } from './expectations.ts'
import type { ServerKind } from './expectations.ts'
import type { Tally } from './tally.ts'

/** The storage suite over every client, and what the endpoint can do beside what is expected of it. */
export async function checkStorage(at: Endpoint, kind: ServerKind | undefined, tally: Tally): Promise<void> {
  for (const client of CLIENTS) await checkClient(client, at, kind, tally)
  if (kind === undefined) return
  const short = ABILITIES.filter((ability) => EXPECTATIONS[kind][ability] !== EXPECTATIONS.aws[ability])
  if (short.length > 0) console.log(`\nOther than on AWS, as is known of ${kind}:`)
  for (const ability of short) console.log(`  ${ability}: ${EXPECTATIONS[kind][ability]}`)
}

async function checkClient(
  client: Client,
  at: Endpoint,
  kind: ServerKind | undefined,
  tally: Tally,
): Promise<void> {
  console.log(`\nStorage suite, ${client}`)
  const bench = await openBench(client, at)
  try {
    for (const each of STORAGE_CASES) await tally.check(each.name, () => each.run(bench))
    console.log(`\nWhat it does, ${client}`)
    for (const ability of ABILITIES) {
      if (kind === undefined) {
        tally.skip(`${ability}: ${await observe(bench, ability)}`, 'nothing is expected of this server')
        continue
      }
      const expected = EXPECTATIONS[kind][ability]
      await tally.check(`${ability}: ${expected}`, async () => {
        const observed = await observe(bench, ability)
        if (observed !== expected) throw new Error(`it is ${observed}: correct test/endpoint/expectations.ts`)
      })
    }
    if (kind !== undefined) {
      await tally.check('what a probe sees of it is what its headers let presume', async () => {
        const context = { seams: systemSeams, signal: new AbortController().signal }
        const seen = await probeEndpoint(bench.storage, bench.versioned, context)
        assert.deepEqual(seen, bench.storage.habits)
      })
    }
  } finally {
    await bench.close()
  }
}
