import { expect, it, test } from 'vitest'
import { judge, tryMutations } from './mutations.ts'
import { MUTATIONS } from './mutation-table.ts'
import { plant } from './plant.ts'

it('catches each planted bug by its name', async () => {
  const said: string[] = []
  await tryMutations((line) => said.push(line))
  expect(said.filter((line) => !line.startsWith('caught'))).toEqual([
    `${MUTATIONS.length} of ${MUTATIONS.length} planted bugs were caught`,
  ])
}, 300_000)

const BUG = { name: 'a bug', rule: 'lost', play: { seeds: [1, 9] } } as const

test.each([
  [{ count: 2, failure: 'it is lost' }, undefined, 'caught  a bug: after 2 seeds, by: lost'],
  [{ count: 1, failure: 'it is late' }, undefined, 'MISSED  a bug: after 1 seed, by another rule'],
  [{ count: 1, failure: 'it is late\n\nlost' }, undefined, 'MISSED  a bug: after 1 seed, by another rule'],
  [{ count: 9 }, undefined, 'MISSED  a bug: survived 9 seeds'],
  [{ count: 2, failure: 'it is lost' }, 'it is lost', 'MISSED  a bug: it fails without the bug as well'],
])('%j, and without it %j: %s', (mutant, without, words) => {
  const judged = judge(BUG, { mutant, without: { count: mutant.count, failure: without } })
  expect(judged.words).toContain(words)
  expect(judged.isCaught).toBe(words.startsWith('caught'))
})

test.each(['nothing of it', 'twice twice'])('a bug that cannot be planted any more is told: %s', (source) => {
  const mutation = { ...BUG, file: 'engine/one.ts', from: 'twice', to: 'once' }
  expect(() => plant(source, mutation)).toThrow('a bug: main/engine/one.ts has')
})
