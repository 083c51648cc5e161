import { describe, expect, test } from 'vitest'
import type { VersionSummary } from '#model/object.ts'
import { densityOf, foldMoment, partOf, spanOf, stepTo } from '../../../renderer/state/as-of.ts'
import { sortVersions, versionRow } from '../../../renderer/state/version-rows.ts'
import { rows, versions } from './build.ts'

/** `key@time` a version, `key!time` a delete marker; newest first within a key. */
const shown = (list: readonly VersionSummary[], at: number, prefix = 'p/'): string => {
  const { prefixes, objects } = foldMoment(list, prefix, at)
  return [...prefixes, ...objects].map(({ id, since }) => `${id.slice(prefix.length)}:${since}`).join(' ')
}

describe('a prefix as of 20', () => {
  test.each([
    ['nothing then, nothing now', 'p/a!40 p/a@30', '', [0, 0, 0]],
    ['deleted then, deleted now', 'p/a!20 p/a@10', '', [0, 0, 0]],
    ['nothing then, there now', 'p/a@30', '', [0, 0, 1]],
    ['deleted then, there now', 'p/a@30 p/a!20 p/a@10', '', [0, 0, 1]],
    ['there then, the same now', 'p/a@20', 'a:same', [0, 0, 0]],
    ['there then, written over', 'p/a@21 p/a@20 p/a@10', 'a:changed', [1, 0, 0]],
    ['there then, deleted and written again', 'p/a@40 p/a!30 p/a@10', 'a:changed', [1, 0, 0]],
    ['there then, deleted', 'p/a!30 p/a@10', 'a:deleted', [0, 1, 0]],
    ['below: all the same', 'p/s/a@10 p/s/b@20', 's/:same', [0, 0, 0]],
    ['below: one came later', 'p/s/a@10 p/s/b@30', 's/:changed', [0, 0, 1]],
    ['below: one deleted, one left', 'p/s/a!30 p/s/a@10 p/s/b@10', 's/:changed', [0, 1, 0]],
    ['below: all deleted', 'p/s/a!30 p/s/a@10 p/s/t/b!30 p/s/t/b@10', 's/:deleted', [0, 2, 0]],
    ['below: nothing then', 'p/s/a@30', '', [0, 0, 1]],
    ['the folder’s own object is where we are', 'p/!30 p/@10 p/a@10', 'a:same', [0, 1, 0]],
    [
      'one level, in its order',
      'p/a@10 p/b/x@10 p/c@10 p/d/x@10',
      'b/:same d/:same a:same c:same',
      [0, 0, 0],
    ],
  ] as const)('%s', (_, list, expected, counts) => {
    const all = versions(list)
    expect(shown(all, 20)).toBe(expected)
    const { changed, deleted, later } = foldMoment(all, 'p/', 20)
    expect([changed, deleted, later]).toEqual(counts)
  })

  test('what is shown is the version of then', () => {
    const [now, then] = versions('p/a@30 p/a@10')
    const list = [now, { ...then, size: 77, storageClass: 'GLACIER' }] as VersionSummary[]
    expect(foldMoment(list, 'p/', 20).objects[0]).toMatchObject({
      size: 77,
      modified: 10,
      storageClass: 'GLACIER',
    })
  })
})

describe('the time of a history', () => {
  const all = versions('p/a@40 p/a!30 p/a@10 p/b@30')

  test('spans from its first change to its last', () => {
    expect(spanOf(all)).toEqual({ from: 10, to: 40 })
    expect(spanOf([])).toBeUndefined()
  })

  test('is counted in equal parts, its ends with the first and the last', () => {
    expect(densityOf(all, { from: 10, to: 40 }, 3)).toEqual({ writes: [1, 0, 2], deletes: [0, 0, 1] })
    const parts = [9, 10, 19, 20, 40, 41].map((at) => partOf(at, { from: 10, to: 40 }, 3))
    expect(parts).toEqual([0, 0, 0, 1, 2, 2])
    expect(partOf(10, { from: 10, to: 10 }, 3)).toBe(2)
  })

  test.each([
    [40, 'back', 0, 30],
    [99, 'back', 0, 30],
    [35, 'back', 0, 10],
    [10, 'back', 0, undefined],
    [40, 'back', 15, 10],
    [9, 'on', 0, 10],
    [10, 'on', 0, 30],
    [10, 'on', 10, 40],
    [40, 'on', 0, undefined],
  ] as const)('from %i %s by at least %i is %s', (at, direction, apart, expected) => {
    expect(stepTo(all, at, direction, apart)).toBe(expected)
  })
})

describe('versions as rows', () => {
  const list = versions('a@10 b!30 b@20 b@10 c@20').map((version) => versionRow(version))
  const newest = new Set<string>(['current', 'marker'])
  const read = (all: readonly (typeof list)[number][]): string =>
    all
      .map((row) => `${row.name}${row.modified ?? ''}${newest.has(row.version?.is ?? '') ? '*' : ''}`)
      .join(' ')

  test('stand under their keys by name, whichever way it goes', () => {
    expect(read(sortVersions(rows('x/'), list, { by: 'name', descending: false }))).toBe(
      'x/ a10* b30* b20 b10 c20*',
    )
    expect(read(sortVersions(rows('x/'), list, { by: 'name', descending: true }))).toBe(
      'x/ c20* b30* b20 b10 a10*',
    )
  })

  test('stand for themselves by date', () => {
    expect(read(sortVersions([], list, { by: 'modified', descending: true }))).toBe('b30* b20 c20* a10* b10')
  })

  test('have ids of their own, so that a selection stays with the version that was chosen', () => {
    expect(new Set(list.map(({ id }) => id)).size).toBe(list.length)
  })
})
