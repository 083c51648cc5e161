import type { Gaps } from '../engine/edit-law.ts'
import { checkEditLaw } from '../engine/edit-law.ts'
import { MIB } from '../engine/world.ts'
import { openBench } from '../suites/storage/bench.ts'
import type { Endpoint } from '../suites/storage/bench.ts'
import type { ServerKind } from './expectations.ts'
import type { Tally } from './tally.ts'

/** What is retained could not be deleted at the end, and the keys under KMS that the law draws are the playground's. */
const ANYWHERE: Gaps = { locks: true, kms: true }
const GAPS: Readonly<Record<ServerKind, Gaps>> = {
  aws: ANYWHERE,
  // Its gateway ends itself at the UploadPartCopy of an object onto itself.
  'ceph-16': { ...ANYWHERE, large: true, encryption: true, checksums: true, redirect: true, rawBytes: true },
  'ceph-20': { ...ANYWHERE, checksums: true, redirect: true, rawBytes: true },
}

/** Objects with anything on them, edited in any way, and brought back: small ones, and by parts. */
export async function checkEdits(at: Endpoint, kind: ServerKind | undefined, tally: Tally): Promise<void> {
  console.log('\nEdits, drawn at random')
  const gaps = kind === undefined ? { ...ANYWHERE, encryption: true, checksums: true } : GAPS[kind]
  for (const gap of Object.keys(gaps)) tally.skip(`edits of ${gap}`, 'not here: test/endpoint/edit-checks.ts')
  const bench = await openBench('wire', at)
  const { storage, bucket, withAcls } = bench
  try {
    await storage.putObject({ bucket, key: 'small', body: Buffer.alloc(10, 's'), size: 10 })
    const size = 11 * MIB
    if (!gaps.large)
      await storage.putObject({ bucket, key: 'big', body: Buffer.alloc(size, 'decant '), size })
    const seeds = { bucket, small: 'small', big: 'big' }
    for (const [verify, runs] of [
      ['answer', 6],
      ['full', 10],
    ] as const) {
      await tally.check(`at ${verify}: what is not named stays, and all comes back`, () =>
        checkEditLaw({ storage, bucket: withAcls, seeds, gaps, runs, verify }),
      )
    }
  } finally {
    await bench.close()
  }
}
