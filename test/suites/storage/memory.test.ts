import { describe, expect, it } from 'vitest'
import { DecantError } from '#model/failure.ts'
import { systemSeams } from '#model/seams.ts'
import { EXPECTATIONS } from '../../endpoint/expectations.ts'
import { MemoryS3 } from '../../helpers/memory/server.ts'
import { MemoryStorage } from '../../helpers/memory-storage.ts'
import { ABILITIES, observe } from './abilities.ts'
import type { Ability } from './abilities.ts'
import type { Bench, Observed } from './case.ts'

/** The simulator's S3 does what AWS does: what it proves of the engine would prove nothing otherwise. */

function openMemory(): Bench {
  const server = new MemoryS3({ seams: systemSeams })
  const storage = new MemoryStorage(server)
  server.makeBucket('plain')
  server.makeBucket('versioned', 'enabled')
  server.makeBucket('locked', { objectLock: true })
  server.makeBucket('acls', { ownership: 'acls' })
  return {
    storage,
    withWrongSecret: storage,
    bucket: 'plain',
    versioned: 'versioned',
    locked: 'locked',
    withAcls: 'acls',
    kmsKey: 'arn:aws:kms:us-east-1:111111111111:key/one',
    with: (access) => new MemoryStorage(server, access),
    free: () => 'free',
  }
}

/** It has no list of classes or keys, and knows that nobody asks for a copy that changes nothing. */
const OTHERWISE: Partial<Record<Ability, Observed>> = {
  'a copy onto itself that changes nothing': 'accepted',
  'a KMS key that is not there': 'accepted',
  'a class that does not exist': 'accepted',
}

describe('memory storage', () => {
  it.each(ABILITIES)('%s: as on AWS', async (ability) => {
    expect(await observe(openMemory(), ability)).toBe(OTHERWISE[ability] ?? EXPECTATIONS.aws[ability])
  })

  it('who pays, and who is expected to own it', async () => {
    const server = new MemoryS3({ seams: systemSeams })
    server.makeBucket('theirs', { owner: '222222222222', requesterPays: true })
    server.give('theirs', 'a', { size: 1 })
    const ask = (access: object): Promise<unknown> =>
      new MemoryStorage(server, access).headObject({ bucket: 'theirs', key: 'a' })
    await expect(ask({})).rejects.toThrow(DecantError)
    await expect(ask({ requesterPays: true, owner: '333333333333' })).rejects.toThrow(DecantError)
    await expect(ask({ requesterPays: true, owner: '222222222222' })).resolves.toMatchObject({ size: 1 })
  })
})
