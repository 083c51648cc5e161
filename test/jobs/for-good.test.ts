import { describe, expect, test } from 'vitest'
import { isForGood } from '../../main/jobs/undo/for-good.ts'
import type { Action } from '#model/plan.ts'

const KEEPS = { keepsVersions: true, backup: false }
const KEEPS_NOTHING = { keepsVersions: false, backup: false }
const UNKNOWN = { keepsVersions: undefined, backup: false }
const BACKED_UP = { keepsVersions: false, backup: true }
const NEW = { conflict: false, versionId: undefined }
const OVER = { conflict: true, versionId: undefined }

describe('what cannot be undone', () => {
  test.each<Action>(['copy', 'copy-parts', 'relay', 'bring-back', 'restore-then-copy'])('%s', (action) => {
    expect(isForGood({ action, ...NEW }, KEEPS_NOTHING)).toBe(false)
    expect(isForGood({ action, ...OVER }, KEEPS)).toBe(false)
    expect(isForGood({ action, ...OVER }, BACKED_UP)).toBe(false)
    expect(isForGood({ action, ...OVER }, KEEPS_NOTHING)).toBe(true)
    expect(isForGood({ action, ...OVER }, UNKNOWN)).toBe(true)
  })

  test.each<Action>(['delete', 'delete-extra'])('%s', (action) => {
    expect(isForGood({ action, ...NEW }, KEEPS)).toBe(false)
    expect(isForGood({ action, ...NEW }, BACKED_UP)).toBe(true)
    expect(isForGood({ action, ...NEW }, UNKNOWN)).toBe(true)
    expect(isForGood({ action, conflict: false, versionId: 'v' }, KEEPS)).toBe(true)
  })

  test('a version that goes by its id', () => {
    expect(isForGood({ action: 'delete-version', ...NEW }, KEEPS)).toBe(true)
  })

  test.each<Action>(['skip', 'refuse', 'compare', 'set-aside', 'mark', 'rewrite', 're-encrypt', 'in-place'])(
    '%s never',
    (action) => {
      expect(isForGood({ action, ...OVER }, KEEPS_NOTHING)).toBe(false)
    },
  )
})
