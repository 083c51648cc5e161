import type { Failure, FailureCode, Reach } from '#model/failure.ts'
import { DecantError, fail } from '#model/failure.ts'

/** What somebody wanted to do with a path. */
export type Deed = 'read' | 'write' | 'list' | 'delete'

const WAY_OUT = 'a rule for names can give it another one'

/**
 * What the system's error numbers mean to Decant. What is not here is `not-possible`, an item's failure.
 *
 * | errno                               | code          | reach   |                                                     |
 * |-------------------------------------|---------------|---------|-----------------------------------------------------|
 * | ENOENT                              | no-such-key   | item    |                                                     |
 * | ENOENT of a write                   | conflict      | attempt | its folder was taken away meanwhile                 |
 * | EACCES, EPERM                       | access-denied | item    |                                                     |
 * | EROFS                               | read-only     | job     | nothing of the job could be written                 |
 * | ENOSPC, EDQUOT                      | disk-full     | job     | the job waits until there is room                   |
 * | EFBIG                               | too-large     | item    | FAT32 holds no file over 4 GiB                      |
 * | EMFILE, ENFILE, ENOMEM              | slow-down     | attempt | fewer at a time, then again                         |
 * | EBUSY, ETXTBSY, EAGAIN              | conflict      | attempt | somebody else has it open                           |
 * | EIO                                 | server-error  | attempt | a disk that may fail                                |
 * | ESTALE, ENODEV, ENXIO, ETIMEDOUT, … | connection    | attempt | a drive or a share that is gone: paused till it is back |
 * | ENAMETOOLONG, EINVAL, EILSEQ        | not-possible  | item    | the name                                            |
 * | EISDIR, ENOTDIR, EEXIST, ENOTEMPTY  | not-possible  | item    | a file where a folder is needed, or the other way   |
 * | ELOOP                               | not-possible  | item    | symbolic links                                      |
 */
const ERRNO: Readonly<Record<string, readonly [FailureCode, Reach, string]>> = {
  ENOENT: ['no-such-key', 'item', 'it is not there'],
  EACCES: ['access-denied', 'item', 'permission was denied'],
  EPERM: ['access-denied', 'item', 'the system does not permit it'],
  EROFS: ['read-only', 'job', 'it lies on a file system that is read-only'],
  ENOSPC: ['disk-full', 'job', 'no space is left on the device'],
  EDQUOT: ['disk-full', 'job', 'the disk quota is used up'],
  EFBIG: ['too-large', 'item', 'the file system holds no file as large as this'],
  EMFILE: ['slow-down', 'attempt', 'too many files are open'],
  ENFILE: ['slow-down', 'attempt', 'too many files are open in the system'],
  ENOMEM: ['slow-down', 'attempt', 'the system is out of memory'],
  EBUSY: ['conflict', 'attempt', 'another program uses it'],
  ETXTBSY: ['conflict', 'attempt', 'it is a program that is running'],
  EAGAIN: ['conflict', 'attempt', 'it is not available at present'],
  EIO: ['server-error', 'attempt', 'the device failed (input/output error)'],
  ESTALE: ['connection', 'attempt', 'the share that it lies on is gone'],
  ENODEV: ['connection', 'attempt', 'the device that it lies on is gone'],
  ENXIO: ['connection', 'attempt', 'the device that it lies on is gone'],
  ENOTCONN: ['connection', 'attempt', 'the share that it lies on is not connected'],
  ETIMEDOUT: ['connection', 'attempt', 'the share that it lies on does not answer'],
  EHOSTDOWN: ['connection', 'attempt', 'the share that it lies on does not answer'],
  EHOSTUNREACH: ['connection', 'attempt', 'the share that it lies on cannot be reached'],
  ENAMETOOLONG: ['not-possible', 'item', 'the name is too long for this system'],
  EINVAL: ['not-possible', 'item', 'the system does not take this name'],
  EILSEQ: ['not-possible', 'item', 'the system does not take the characters of this name'],
  EISDIR: ['not-possible', 'item', `a folder stands where the file would be; ${WAY_OUT}`],
  ENOTDIR: ['not-possible', 'item', `a file stands where a folder would have to be; ${WAY_OUT}`],
  EEXIST: ['not-possible', 'item', `a file stands where a folder would have to be; ${WAY_OUT}`],
  ENOTEMPTY: ['not-possible', 'item', 'a folder that is not empty stands there'],
  ELOOP: ['not-possible', 'item', 'it is a symbolic link, or behind too many of them'],
}

export function errnoOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}

/** Undefined for what no system call threw. */
export function errnoFailure(error: unknown, deed: Deed, path: string): Failure | undefined {
  const errno = errnoOf(error)
  if (errno === undefined || !/^E[A-Z0-9]+$/.test(errno)) return undefined
  // What is written is gone while it is written: its folder was taken away. It is made again.
  if (errno === 'ENOENT' && deed === 'write')
    return {
      code: 'conflict',
      reach: 'attempt',
      message: `${path} could not be written: its folder is gone.`,
    }
  const [code, reach, why] = ERRNO[errno] ?? ['not-possible', 'item', 'the system refused it']
  const verb = { read: 'read', write: 'written', list: 'listed', delete: 'deleted' }[deed]
  return { code, reach, message: `${path} could not be ${verb}: ${why} (${errno}).` }
}

/** What a system call threw, as a failure; everything else as it is. */
export function asFailure(error: unknown, deed: Deed, path: string): unknown {
  const failure = errnoFailure(error, deed, path)
  return failure ? new DecantError(failure, { cause: error }) : error
}

export async function translated<T>(deed: Deed, path: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act()
  } catch (error) {
    throw asFailure(error, deed, path)
  }
}

export function checkNotCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted) fail('cancelled', 'item', 'It was cancelled.')
}

/** What files do not have: versions, tags, locks, and copies that nobody reads. */
export function notSupported(what: string): Promise<never> {
  return Promise.reject(
    new DecantError({
      code: 'not-supported',
      reach: 'item',
      message: `${what} are not for folders of this machine.`,
    }),
  )
}
