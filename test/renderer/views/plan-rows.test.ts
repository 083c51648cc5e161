import { expect, test } from 'vitest'
import { planRows, planSegments } from '../../../renderer/views/pour/plan-rows.ts'
import { tally } from '../state/build.ts'

const { planned } = tally()
const relayed = tally({ planned: { ...planned, relay: { items: 3, bytes: 30 } } })

test.each([
  ['upload', 'Upload', 'running'],
  ['download', 'Download', 'running'],
  [undefined, 'Through this machine', 'planned'],
] as const)('what goes through here by %s is a line of the plan: %s', (files, label, kind) => {
  expect(planRows('copy', relayed, files)).toMatchObject([{ kind, label, count: 3, bytes: 30 }])
  const segments = planSegments('copy', relayed, files).filter(({ count }) => count > 0)
  expect(segments).toEqual([{ kind, count: 3 }])
})
