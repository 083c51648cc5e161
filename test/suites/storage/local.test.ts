import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { systemSeams } from '#model/seams.ts'
import { createLocalStorage } from '../../../main/local/local-storage.ts'
import type { Bench } from './case.ts'
import { STORAGE_CASES } from './cases.ts'

/** What of the suite is about bytes alone; a file has no headers, tags and versions, and nothing copies within a folder. */
const ABOUT_BYTES = [
  'a body is read whole, by range, and only if it is the one that was meant',
  'a stream is put with its size',
  'a delete deletes, also what is not there',
  'uploads under way are listed, and aborted for good',
  'what is aborted is cancelled',
]

describe('local storage', () => {
  let bench: Bench
  beforeAll(async () => {
    const bucket = await mkdtemp(join(tmpdir(), 'decant-suite-'))
    const storage = createLocalStorage({ seams: systemSeams })
    // The cases above ask for nothing else of it.
    bench = { storage, bucket } as Bench
  })
  afterAll(() => rm(bench.bucket, { recursive: true }))

  it.each(ABOUT_BYTES)('%s', (name) => {
    const found = STORAGE_CASES.find((each) => each.name === name)
    if (!found) throw new Error(`there is no case "${name}"`)
    return found.run(bench)
  })
})
