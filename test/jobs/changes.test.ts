import { expect, test } from 'vitest'
import { Changes } from '../../main/jobs/changes.ts'
import { virtualSeams } from '../helpers/virtual-seams.ts'

/** What was told while the clock went on by so many milliseconds. */
function told(): { changes: Changes<string>; during: (ms: number) => Promise<string[]> } {
  const seams = virtualSeams(1)
  let all: string[] = []
  const changes = new Changes<string>(seams, (id) => id)
  changes.listen(({ changed }) => all.push(changed.join('+')))
  const during = async (ms: number): Promise<string[]> => {
    all = []
    await seams.advance(ms)
    return all
  }
  return { changes, during }
}

test('what changes all the time is told five times a second', async () => {
  const { changes, during } = told()
  changes.note('a')
  expect(await during(0)).toEqual(['a'])
  changes.note('a')
  changes.note('b')
  expect(await during(199)).toEqual([])
  expect(await during(1)).toEqual(['a+b'])
})

test('an end is told without the pause, with what was noted before it, and once', async () => {
  const { changes, during } = told()
  changes.note('a')
  await during(0)
  changes.note('b')
  changes.noteNow('a')
  expect(await during(0)).toEqual(['b+a'])
  expect(await during(500)).toEqual([])
})

test('many ends are told no more often than ten times a second', async () => {
  const { changes, during } = told()
  let tellings = 0
  for (let time = 0; time < 1000; time += 2) {
    changes.noteNow(`job ${time}`)
    tellings += (await during(2)).length
  }
  expect(tellings).toBeGreaterThanOrEqual(5)
  expect(tellings).toBeLessThanOrEqual(10)
})
