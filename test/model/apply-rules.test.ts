import { expect, test } from 'vitest'
import { ruleMask, rulesApplied } from '#model/apply-rules.ts'
import { COPY_DEFAULTS, someProperties } from '#model/properties.ts'
import type { SomeProperties } from '#model/properties.ts'

test.each<[boolean[], number]>([
  [[], 0],
  [[true], 1],
  [[false, true], 2],
  [[true, false, true], 5],
  [Array.from({ length: 30 }, () => true), 2 ** 30 - 1],
])('%j is the mask %d', (matched, mask) => {
  expect(ruleMask(matched)).toBe(mask)
})

const toClass = (value: string): SomeProperties =>
  someProperties.parse({ storageClass: { policy: 'set', value } })
const tagged: SomeProperties = { tags: { policy: 'change', set: { k: 'v' }, remove: [] } }

test.each<[string, SomeProperties[], number, SomeProperties]>([
  ['none matched', [toClass('GLACIER')], 0, {}],
  ['one', [toClass('GLACIER')], 1, toClass('GLACIER')],
  ['the later over the earlier', [toClass('GLACIER'), toClass('STANDARD_IA')], 3, toClass('STANDARD_IA')],
  ['only those that matched', [toClass('GLACIER'), toClass('STANDARD_IA')], 1, toClass('GLACIER')],
  ['each what it names', [tagged, toClass('STANDARD_IA')], 3, { ...tagged, ...toClass('STANDARD_IA') }],
  ['whole properties', [tagged, { tags: { policy: 'drop' } }], 3, { tags: { policy: 'drop' } }],
  ['what is undefined is not named', [tagged, { tags: undefined } as unknown as SomeProperties], 3, tagged],
])('%s', (_name, rules, mask, over) => {
  const apply = rulesApplied(
    COPY_DEFAULTS,
    rules.map((properties) => ({ properties })),
  )
  expect(apply(mask)).toEqual({ ...COPY_DEFAULTS, ...over })
  expect(apply(mask)).toBe(apply(mask))
})
