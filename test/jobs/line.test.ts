import { expect, test } from 'vitest'
import { endpointsOf, movedTo, nextInLine, priorityAt } from '../../main/jobs/queue/line.ts'
import { CONNECTION, pour } from './world.ts'

const line = (...jobs: [id: string, priority: number][]): { id: string; priority: number }[] =>
  jobs.map(([id, priority]) => ({ id, priority }))

const LINE = line(['a', 75], ['b', 50], ['c', 50], ['d', 25])

test.each([
  ['keeps its own among equals', 'c', 50, 50],
  ['keeps its own above a lower one', 'd', 50, 50],
  ['keeps its own below a higher one', 'b', 60, 60],
  ['is raised to stand before a higher one', 'a', 50, 75],
  ['is lowered to stand behind a lower one', 'c', 75, 50],
  ['is lowered among lower ones', 'd', 75, 25],
  ['is lowered to stand last', null, 50, 25],
  ['keeps its own below the last', null, 10, 10],
  ['keeps its own before all', 'a', 90, 90],
])('who is moved %s', (_, before, own, expected) => {
  expect(priorityAt(LINE, before, own)).toBe(expected)
})

test('in an empty line everybody keeps their own', () => expect(priorityAt([], null, 10)).toBe(10))

test('the moved one stands where it was put, and the line is in order of priority as before', () => {
  for (const id of ['a', 'b', 'c', 'd'])
    for (const before of ['a', 'b', 'c', 'd', null]) {
      if (before === id) continue
      const own = LINE.find((one) => one.id === id)?.priority ?? 0
      const moved = movedTo(LINE, id, before, own)
      expect(moved[moved.findIndex((one) => one.id === id) + 1]?.id).toBe(before ?? undefined)
      const priorities = moved.map(({ priority }) => priority)
      expect(priorities).toEqual(priorities.toSorted((one, other) => other - one))
    }
})

const through = (id: string): string[] => (id.split('@')[1] ?? '').split('+').filter(Boolean)

test.each([
  ['the first', ['1@a', '2@b'], [], 1, '1@a'],
  ['one of another endpoint', ['1@a', '2@b'], ['r@a'], 1, '2@b'],
  ['the first, where there is room', ['1@a', '2@a'], ['r@a'], 2, '1@a'],
  ['nobody who would overtake one for its own endpoint', ['1@a+b', '2@b'], ['r@a'], 1, undefined],
  ['one with endpoints that have room', ['1@a+b', '2@b'], ['r@a'], 2, '1@a+b'],
  ['one without any endpoint', ['1@', '2@a'], ['r@a', 's@a'], 1, '1@'],
  ['nobody, where nobody waits', [], ['r@a'], 1, undefined],
])('next is %s', (_, waiting, running, atMost, expected) => {
  const jobs = line(...waiting.map((id): [string, number] => [id, 50]))
  expect(nextInLine(jobs, running, through, atMost, () => false)).toBe(expected)
})

test('who must not work beside one that runs waits, and holds up only those for whom there is no room then', () => {
  const jobs = line(['1@a', 50], ['2@a', 50])
  const excludes = (id: string, other: string): boolean => id === '1@a' && other === 'r@a'
  expect(nextInLine(jobs, ['r@a'], through, 3, excludes)).toBe('2@a')
  expect(nextInLine(jobs, ['r@a'], through, 2, excludes)).toBe(undefined)
  expect(nextInLine(jobs, ['s@a'], through, 2, excludes)).toBe('1@a')
})

test('endpoints of a job: each once, AWS by its Region, folders of this machine none', () => {
  const at = (config: Partial<typeof CONNECTION.config>) => ({
    connection: { ...CONNECTION, config: { ...CONNECTION.config, ...config } },
    bucket: config.credentials === undefined ? 'to' : '/folder',
    prefix: '',
  })
  const spec = (config: Parameters<typeof at>[0]) => pour('copy', { destinations: [at(config)] })
  expect(endpointsOf(spec({}))).toEqual(['localhost:9000'])
  expect(endpointsOf(spec({ endpoint: undefined, region: 'eu-west-1' }))).toEqual([
    'localhost:9000',
    'aws eu-west-1',
  ])
  expect(endpointsOf(spec({ endpoint: undefined, credentials: { kind: 'local' } }))).toEqual([
    'localhost:9000',
  ])
})
