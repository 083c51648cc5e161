import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { BucketAccess, Storage } from '../../../main/engine/storage.ts'
import { FIRST_ACCOUNT, spawnPlayground } from '../../helpers/playground.ts'
import type { PlaygroundProcess, TestAccount } from '../../helpers/playground.ts'
import { CLIENTS, openStorage } from './bench.ts'
import { bytes, failsWith } from './case.ts'

/** Between two accounts: who owns it, and who pays. */

let playground: PlaygroundProcess
let stranger: TestAccount
beforeAll(async () => {
  playground = await spawnPlayground()
  stranger = await playground.admin.account('stranger')
})
afterAll(() => playground.stop())

describe.each(CLIENTS)('%s storage', (client) => {
  const open: Storage[] = []
  const as = (who: PlaygroundProcess | TestAccount, access?: BucketAccess): Storage => {
    const storage = openStorage(client, who, undefined, access && { access })
    open.push(storage)
    return storage
  }
  const mine = `mine-${client}`
  const theirs = `theirs-${client}`
  const target = { bucket: theirs, key: 'b', source: { bucket: mine, key: 'a' }, storageClass: 'STANDARD' }
  const owners = { mine: FIRST_ACCOUNT.accountId, theirs: '' }
  beforeAll(async () => {
    owners.theirs = stranger.accountId
    await as(playground).createBucket(mine)
    await as(stranger).createBucket(theirs)
    await as(playground).putObject({ bucket: mine, key: 'a', ...bytes('x') })
    await playground.admin.access({ bucket: mine, account: 'stranger', read: true, write: true, list: true })
  })
  afterAll(() => {
    for (const storage of open) storage.close()
  })

  it.each([
    { words: 'nobody is expected', target: undefined, source: undefined, ok: true },
    { words: 'both are who is expected', target: 'theirs', source: 'mine', ok: true },
    { words: 'the target is of another', target: 'mine', source: 'mine', ok: false },
    { words: 'the source is of another', target: 'theirs', source: 'theirs', ok: false },
  ] as const)('a copy where $words', async ({ target: to, source: from, ok }) => {
    const storage = as(stranger, { owner: to && owners[to] })
    const source = { ...target.source, owner: from && owners[from] }
    const copy = storage.copyObject({ ...target, source })
    if (ok) await copy
    else await failsWith(copy, 'access-denied')
    const upload = { bucket: theirs, key: 'c', ...(await as(stranger).createUpload({ ...target, key: 'c' })) }
    const part = storage.uploadPartCopy({ ...upload, part: 1, source })
    if (ok) await part
    else await failsWith(part, 'access-denied')
  })

  it('what the requester pays for is refused to who does not say so, on either side of a copy', async () => {
    const paid = `paid-${client}`
    await playground.admin.seed({ bucket: paid, requesterPays: true, key: 'a', text: 'x' })
    const rights = { read: true, write: true, list: true }
    await playground.admin.access({ bucket: paid, account: 'stranger', ...rights })
    const [silent, paying] = [as(stranger), as(stranger, { requesterPays: true })]
    const [there, back] = [
      { ...target, source: { bucket: paid, key: 'a' } },
      { bucket: paid, key: 'c', source: { bucket: mine, key: 'a' }, storageClass: 'STANDARD' },
    ]
    for (const ask of [
      (storage: Storage) => storage.headObject({ bucket: paid, key: 'a' }),
      (storage: Storage) => storage.listObjects({ bucket: paid, prefix: '' }),
      (storage: Storage) => storage.putObject({ bucket: paid, key: 'b', ...bytes('x') }),
      (storage: Storage) => storage.copyObject(there),
      (storage: Storage) => storage.copyObject(back),
    ]) {
      await failsWith(ask(silent), 'access-denied')
      await ask(paying)
    }
  })

  it('every request to a bucket of another account is refused, by a sentence that says so', async () => {
    const storage = as(stranger, { owner: owners.mine })
    for (const request of [
      storage.headBucket(theirs),
      storage.listObjects({ bucket: theirs, prefix: '' }),
      storage.putObject({ bucket: theirs, key: 'x', ...bytes('x') }),
    ]) {
      const failure = await failsWith(request, 'access-denied')
      expect(failure.message).toContain(owners.mine)
    }
    await storage.listBuckets()
  })
})
