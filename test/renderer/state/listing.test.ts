import { expect, test } from 'vitest'
import type { ListingPage } from '#contract/answers.ts'
import { DecantError } from '#model/failure.ts'
import { Listing } from '../../../renderer/state/listing.svelte.ts'
import { object } from './build.ts'
import { deferred, fakeClient } from './fake-client.ts'

const place = { connection: 'c', bucket: 'b', prefix: 'p/' }
const names = (listing: Listing) => [...listing.containers, ...listing.objects].map((row) => row.name)
const gone = new DecantError({ code: 'connection', reach: 'job', message: 'No answer came.' })

test('the first page is there while the rest is still coming', async () => {
  const second = deferred<ListingPage>()
  const { client, asked } = fakeClient({
    'objects.list': ({ next }) =>
      next === undefined
        ? { prefixes: ['p/sub/'], objects: [object('p/'), object('p/a')], next: 'more' }
        : second.promise,
  })
  const listing = new Listing(client, place)
  const listed = listing.refresh()
  await expect.poll(() => names(listing)).toEqual(['sub/', 'a'])
  expect(listing.status.is).toBe('listing')

  second.resolve({ prefixes: [], objects: [object('p/b')] })
  await listed
  expect(names(listing)).toEqual(['sub/', 'a', 'b'])
  expect(listing.status.is).toBe('complete')
  expect(asked.map(({ input }) => (input as { next?: string }).next)).toEqual([undefined, 'more'])
})

test('what was listed stays when the endpoint goes away, and is replaced as a whole when it is back', async () => {
  const answers: (() => ListingPage)[] = [
    () => ({ prefixes: [], objects: [object('p/a'), object('p/b')] }),
    () => {
      throw gone
    },
    () => ({ prefixes: [], objects: [object('p/c')] }),
  ]
  const { client } = fakeClient({ 'objects.list': () => answers.shift()!() })
  const listing = new Listing(client, place)
  await listing.refresh()
  await listing.refresh()
  expect(listing.status).toEqual({ is: 'failed', failure: gone.failure })
  expect(names(listing)).toEqual(['a', 'b'])
  await listing.refresh()
  expect(names(listing)).toEqual(['c'])
})

test('a probe that gets no answer changes nothing; one that does lists again', async () => {
  let away = true
  const { client } = fakeClient({
    'objects.list': () => {
      if (away) throw gone
      return { prefixes: [], objects: [object('p/a')] }
    },
  })
  const listing = new Listing(client, place)
  await listing.refresh()
  await listing.probe()
  expect(listing.status.is).toBe('failed')
  away = false
  await listing.probe()
  expect([listing.status.is, names(listing)]).toEqual(['complete', ['a']])
})

test('pages that came before a failure are kept', async () => {
  const { client } = fakeClient({
    'objects.list': ({ next }) => {
      if (next !== undefined) throw gone
      return { prefixes: [], objects: [object('p/a')], next: 'more' }
    },
  })
  const listing = new Listing(client, place)
  await listing.refresh()
  expect(names(listing)).toEqual(['a'])
  expect(listing.status.is).toBe('failed')
})

test('a listing that is stopped takes no page that comes late', async () => {
  const late = deferred<ListingPage>()
  const { client } = fakeClient({ 'objects.list': () => late.promise })
  const listing = new Listing(client, place)
  const listed = listing.refresh()
  listing.stop()
  late.resolve({ prefixes: [], objects: [object('p/a')] })
  await listed
  expect(names(listing)).toEqual([])
  expect(listing.status.is).toBe('idle')
})

test('it stops at the most rows that a window holds, and says so', async () => {
  let page = 0
  const { client } = fakeClient({
    'objects.list': () => ({ prefixes: [], objects: [object(`p/${page++}`)], next: 'more' }),
  })
  const listing = new Listing(client, place, 3)
  await listing.refresh()
  expect(names(listing)).toEqual(['0', '1', '2'])
  expect(listing.status.is).toBe('stopped')
})

test('a place without a bucket lists buckets', async () => {
  const { client } = fakeClient({ 'buckets.list': () => [{ name: 'one', createdAt: 5 }, { name: 'two' }] })
  const listing = new Listing(client, { connection: 'c', bucket: '', prefix: '' })
  await listing.refresh()
  expect(listing.containers.map(({ kind, id, modified }) => [kind, id, modified])).toEqual([
    ['bucket', 'one', 5],
    ['bucket', 'two', undefined],
  ])
})
