import { expect, test } from 'vitest'
import { DecantError, type Failure } from '#model/failure.ts'
import type { ObjectHead } from '#model/object.ts'
import type { HeadObject, Storage } from '../../main/engine/storage.ts'
import { objectDetails } from '../../main/services/objects.ts'

const HEAD = { key: 'k', size: 1, etag: 'e', checksums: {} } as ObjectHead
const NO_KEYS = { list: () => [], find: () => Promise.reject(new Error('asked for a key')) }
const signal = new AbortController().signal

function refused(code: Failure['code'], status: number): DecantError {
  const s3 = { operation: 'HeadObject', status, code: '', message: '' }
  return new DecantError({ code, reach: 'item', message: `${code}.`, s3 })
}

function storage(head: (request: HeadObject) => Promise<ObjectHead>, tags = Promise.resolve({})): Storage {
  return { habits: { checksums: true }, headObject: head, getTags: () => tags } as unknown as Storage
}

test('an object whose checksums may not be read is shown without them, and why', async () => {
  const denied = refused('access-denied', 403)
  const asked: (boolean | undefined)[] = []
  const half = storage(({ checksums }) => {
    asked.push(checksums)
    return checksums === true ? Promise.reject(denied) : Promise.resolve(HEAD)
  })
  const details = await objectDetails(half, NO_KEYS, { bucket: 'b', key: 'k' }, signal)
  expect(details).toEqual({ head: HEAD, tags: {}, checksumsFailure: denied.failure })
  expect(asked).toEqual([true, undefined])
})

test('tags that may not be read do not hide the rest', async () => {
  const denied = refused('access-denied', 403)
  const whole = storage(() => Promise.resolve(HEAD), Promise.reject(denied))
  const details = await objectDetails(whole, NO_KEYS, { bucket: 'b', key: 'k' }, signal)
  expect(details).toEqual({ head: HEAD, tagsFailure: denied.failure })
})

test('a delete marker is called by its name', async () => {
  const marker = storage(() => Promise.reject(refused('not-supported', 405)))
  const id = { bucket: 'b', key: 'k', versionId: 'v' }
  await expect(objectDetails(marker, NO_KEYS, id, signal)).rejects.toMatchObject({
    failure: { code: 'no-such-key', message: expect.stringContaining('delete marker') as string },
  })
})
