import { describe, expect, test } from 'vitest'
import { badInput } from '#model/failure.ts'
import { settingsPatch } from '#model/settings.ts'
import { jobSpec } from '#model/spec.ts'

const refusal = (given: unknown, schema: typeof jobSpec | typeof settingsPatch): string => {
  const result = schema.safeParse(given, { reportInput: true })
  if (result.success) throw new Error('it was taken')
  return badInput(result.error).message
}

describe('a refusal names the field and the value', () => {
  test.each<[string, unknown, string]>([
    ['another type', { v: 1, kind: 'copy', sources: 3 }, 'sources: must be a list, not 3'],
    ['a list with nothing in it', { v: 1, kind: 'copy', sources: [] }, 'sources: must hold at least 1'],
    [
      'an entry of another type',
      { v: 1, kind: 'delete', sources: [null] },
      'sources.0: must be object, not null',
    ],
    ['another version', { v: 2, kind: 'delete' }, 'v: must be 1, not 2'],
  ])('%s', (_what, given, sentence) => {
    expect(refusal(given, jobSpec)).toBe(sentence)
  })

  test.each<[string, unknown, string]>([
    ['none of the choices', { theme: 'pink' }, 'theme: must be one of "system"|"light"|"dark", not "pink"'],
    ['too many', { jobsAtOnce: 17 }, 'jobsAtOnce: must be at most 16, not 17'],
  ])('%s', (_what, given, sentence) => {
    expect(refusal(given, settingsPatch)).toBe(sentence)
  })
})
