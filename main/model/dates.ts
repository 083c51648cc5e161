/** Moments as S3 writes them. Pure: what time it is comes from the seams. */

/** An HTTP date or an ISO 8601 one, in milliseconds since the epoch; undefined where it is neither. */
export function parseDate(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const at = Date.parse(text)
  return Number.isNaN(at) ? undefined : at
}

/** `20261121T012200Z`, as Signature Version 4 has it in x-amz-date. */
export function amzDate(at: number): string {
  return new Date(at).toISOString().replace(/[-:]|\.\d+/g, '')
}

/** `2026-11-21T01:22:00Z`, as S3's documents and the lock's headers have it. */
export function isoDate(at: number): string {
  return new Date(at).toISOString().replace('.000Z', 'Z')
}

/** For libraries that want one. */
export function dateAt(at: number): Date {
  return new Date(at)
}

/** `Sat, 21 Nov 2026 01:22:00 GMT`, as HTTP headers have it. */
export function httpDate(at: number): string {
  return new Date(at).toUTCString()
}

/** `22 Nov 2026, 14:05 CET`: as a clock on the wall of this machine, with its zone, for sentences in logs and answers. */
export function wallClock(at: number): string {
  return new Intl.DateTimeFormat('en-GB', {
    ...{ day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit' },
    timeZoneName: 'short',
  }).format(at)
}
