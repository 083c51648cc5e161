import { expect, it } from 'vitest'
import { isAlive } from '../../helpers/processes.ts'
import { FROM, openBench, TO } from './bench.ts'

it('the end of a bench ends what a failed test left running', async () => {
  const bench = await openBench()
  await bench.seed({ count: 10, pattern: 'obj-{n:4}' })
  await bench.playground.admin.faults({ op: 'CopyObject', do: 'hang', when: 'before' })
  const left = bench.decant.start('copy', FROM, TO, '--json')
  const asked = bench.decant('copy', FROM, TO, '--data-dir', `${bench.dataDir}-2`, '--json')
  await bench.held(20, {})
  expect(isAlive(left.pid)).toBe(true)
  await bench.end()
  expect(isAlive(left.pid)).toBe(false)
  expect(await asked).toMatchObject({ code: null })
}, 60_000)
