import { beforeEach, describe, expect, test } from 'vitest'
import type { VersionsPage } from '#contract/answers.ts'
import { History } from '../../../renderer/state/history.svelte.ts'
import { isRestorable } from '../../../renderer/state/history-commands.ts'
import { destroyed, destroys, purgeOf, restoreOf, rewindOf } from '../../../renderer/state/history-spec.ts'
import { Listings } from '../../../renderer/state/listings.ts'
import { Pane } from '../../../renderer/state/pane.svelte.ts'
import { versionRow } from '../../../renderer/state/version-rows.ts'
import { object, rows, spec, tally, versions } from './build.ts'
import { deferred, fakeClient } from './fake-client.ts'

const place = { connection: 'c', bucket: 'b', prefix: 'p/' }
const ALL = versions('p/a!30 p/a@10 p/b@20 p/b@10 p/s/x@20')

describe('a history', () => {
  test('comes page by page, and stands as far as it came when it is stopped', async () => {
    const second = deferred<VersionsPage>()
    const { client, asked } = fakeClient({
      'versions.list': ({ next }) =>
        next === undefined ? { prefixes: ['p/s/'], versions: ALL.slice(0, 2), next: '2' } : second.promise,
    })
    const history = new History(client, place, 'level')
    void history.refresh()
    await expect.poll(() => history.rows.length).toBe(2)
    expect([history.status.is, history.containers.length]).toEqual(['listing', 1])
    history.stop()
    second.resolve({ prefixes: [], versions: ALL.slice(2, 4) })
    await second.promise
    expect([history.status.is, history.rows.length]).toEqual(['idle', 2])
    expect(asked[0]?.input).toEqual({ connection: 'c', bucket: 'b', prefix: 'p/', delimited: true })
  })

  test('ends at the most versions a window holds, and says so', async () => {
    const { client, asked } = fakeClient({
      'versions.list': () => ({ prefixes: [], versions: ALL, next: 'more' }),
    })
    const history = new History(client, place, 'all', 8)
    await history.refresh()
    expect([history.status.is, history.versions.length, asked.length]).toEqual(['stopped', 10, 2])
    expect(asked[0]?.input).toMatchObject({ delimited: false })
  })
})

describe('a pane', () => {
  let pane: Pane
  const names = () => pane.rows.map((row) => `${row.name}${row.since ? `:${row.since}` : ''}`).join(' ')

  beforeEach(async () => {
    const { client } = fakeClient({
      'objects.list': () => ({ prefixes: ['p/s/'], objects: [object('p/b')] }),
      'versions.list': ({ delimited, prefix }) =>
        delimited
          ? { prefixes: ['p/s/'], versions: ALL.slice(0, 4) }
          : { prefixes: [], versions: ALL.filter(({ key }) => key.startsWith(prefix)) },
    })
    pane = new Pane('left', new Listings(client), () => [])
    pane.go(place)
    await expect.poll(() => pane.listed?.status.is).toBe('complete')
  })

  async function show(view: Parameters<Pane['show']>[0]): Promise<void> {
    pane.show(view)
    await expect.poll(() => pane.listed?.status.is).toBe('complete')
  }

  test('shows every version, a moment, and what is now again', async () => {
    expect(names()).toBe('s/ b')
    await show({ is: 'versions' })
    expect(names()).toBe('s/ a a b b')
    await show({ is: 'as-of', at: 10 })
    expect(names()).toBe('a:deleted b:changed')
    expect(pane.versions).toEqual({ take: 'as-of', at: 10 })
    await show({ is: 'now' })
    expect([names(), pane.history]).toEqual(['s/ b', undefined])
  })

  test('keeps the moment in a deeper prefix, and leaves it with the bucket', async () => {
    await show({ is: 'as-of', at: 20 })
    pane.go({ ...place, prefix: 'p/s/' })
    await expect.poll(names).toBe('x:same')
    pane.go({ ...place, bucket: '', prefix: '' })
    expect(pane.view.is).toBe('now')
  })

  test('steps from change to change, and stays at the ends', async () => {
    await show({ is: 'as-of', at: 99 })
    const at = () => (pane.view.is === 'as-of' ? pane.view.at : undefined)
    const seen = ['back', 'back', 'back', 'on', 'on', 'on'] as const
    expect(
      seen.map((direction) => {
        pane.stepMoment(direction)
        return at()
      }),
    ).toEqual([20, 10, 10, 20, 30, 30])
  })

  test('a choice is of one view only', async () => {
    pane.moveTo(1, 'only')
    await show({ is: 'versions' })
    expect(pane.chosen).toEqual([])
  })
})

describe('jobs among versions', () => {
  const connection = spec('delete').sources[0].connection
  const [marker, , current, older] = ALL.map((version) => versionRow(version))
  const cargo = {
    place,
    rows: [marker, current, older, ...rows('p/s/')].flatMap((row) => row ?? []),
    whole: false,
  }
  const defaults = { conflict: 'skip', verify: 'head' } as const

  test('a rewind and a purge take keys whole, each once', () => {
    const select = [
      { kind: 'object', key: 'p/a' },
      { kind: 'object', key: 'p/b' },
      { kind: 'prefix', prefix: 'p/s/' },
    ]
    const source = { select, base: 'p/', versions: { take: 'all' } }
    expect(rewindOf(cargo, connection, { is: 'as-of', at: 5, later: 'keep' }, defaults)).toMatchObject({
      spec: { kind: 'rewind', sources: [source], verify: 'head' },
    })
    expect(purgeOf(cargo, connection)).toMatchObject({
      spec: { kind: 'delete', sources: [source], purge: { olderThanDays: 30 } },
    })
  })

  test('a restore copies that version on top of its own key', () => {
    expect(restoreOf({ ...cargo, rows: cargo.rows.slice(2, 3) }, connection, defaults)).toMatchObject({
      spec: {
        kind: 'copy',
        sources: [{ select: [{ kind: 'object', key: 'p/b', versionId: 'v10' }], base: 'p/' }],
        destinations: [{ bucket: 'b', prefix: 'p/' }],
        conflict: 'overwrite',
        properties: { acl: { policy: 'copy' } },
      },
    })
  })

  test.each([
    ['an older version', 'a@20 a@10', [1], true],
    ['the current one', 'a@20 a@10', [0], 'This version of a is current.'],
    ['two of one key', 'a@30 a@20 a@10', [1, 2], 'Two versions of a are chosen.'],
    ['a delete marker', 'a!20 a@10', [0], 'A delete marker is taken away by “Undelete…”.'],
    ['an old delete marker', 'a@30 a!20', [1], 'A delete marker holds nothing to restore.'],
  ] as const)('%s on top: %s %j', (_, list, chosen, expected) => {
    const all = versions(list).map((version) => versionRow(version))
    expect(isRestorable({ subject: chosen.flatMap((at) => all[at] ?? []) })).toBe(expected)
  })

  test.each([
    [spec('copy'), undefined],
    [spec('copy', { deleteExtra: true }), 'extra'],
    [spec('delete', { purge: {} }), 'versions'],
    [spec('rewind', { to: { is: 'undelete' } }), undefined],
    [spec('rewind', { to: { is: 'as-of', at: 1 } }), undefined],
    [spec('rewind', { to: { is: 'as-of', at: 1, later: 'delete' } }), 'later'],
  ] as const)('what is confirmed with its count %#', (job, expected) => {
    const of = job as Parameters<typeof destroys>[0]
    expect(destroys(of)).toBe(expected)
    const planned = { ...tally().planned }
    for (const [action, items] of [
      ['delete-extra', 1],
      ['delete-version', 2],
      ['delete', 3],
    ] as const)
      planned[action] = { items, bytes: items }
    const counts = { extra: 1, versions: 2, later: 3 }
    expect(destroyed(of, tally({ planned })).items).toBe(expected === undefined ? 0 : counts[expected])
  })
})
