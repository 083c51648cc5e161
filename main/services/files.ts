import { DecantError } from '#model/failure.ts'

/** `what` could not be written: a full disk is named, anything else stays what it is. */
export function diskFailure(error: unknown, what: string): unknown {
  const code = (error as NodeJS.ErrnoException).code
  if (code !== 'ENOSPC' && code !== 'EDQUOT') return error
  return new DecantError(
    { code: 'storage-full', reach: 'item', message: `The disk is full: ${what} could not be written.` },
    { cause: error },
  )
}

/** What every file system takes as a name. */
export function fileName(title: string): string {
  return `decant ${title}`
    .replace(/[^\p{L}\p{N} ._-]+/gu, '-')
    .replace(/\s+/g, ' ')
    .slice(0, 80)
    .trim()
}
