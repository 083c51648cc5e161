import { describe, expect, test } from 'vitest'
import { asFailure, errnoFailure } from '../../main/local/errors.ts'

function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: told by the system`), { code })
}

describe('what the system said', () => {
  test.each([
    ['ENOENT', 'read', 'no-such-key', 'item'],
    ['ENOENT', 'write', 'conflict', 'attempt'],
    ['EACCES', 'read', 'access-denied', 'item'],
    ['EPERM', 'write', 'access-denied', 'item'],
    ['EROFS', 'write', 'read-only', 'job'],
    ['ENOSPC', 'write', 'disk-full', 'job'],
    ['EDQUOT', 'write', 'disk-full', 'job'],
    ['EFBIG', 'write', 'too-large', 'item'],
    ['EMFILE', 'read', 'slow-down', 'attempt'],
    ['EBUSY', 'write', 'conflict', 'attempt'],
    ['EIO', 'read', 'server-error', 'attempt'],
    ['ESTALE', 'read', 'connection', 'attempt'],
    ['ENAMETOOLONG', 'write', 'not-possible', 'item'],
    ['ENOTDIR', 'write', 'not-possible', 'item'],
    ['ELOOP', 'read', 'not-possible', 'item'],
    ['EWHATEVER', 'read', 'not-possible', 'item'],
  ] as const)('%s of a %s is %s, of the %s', (errno, deed, code, reach) => {
    const failure = errnoFailure(systemError(errno), deed, '/folder/file')
    expect(failure).toMatchObject({ code, reach })
    expect(failure?.message).toContain('/folder/file could not be')
  })

  test('what is no system call is left as it is', () => {
    for (const error of [new Error('a bug'), systemError('ERR_INVALID_ARG_TYPE'), 'text'])
      expect(asFailure(error, 'read', '/a')).toBe(error)
  })
})
