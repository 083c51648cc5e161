/** DeleteObjects as the deletes that it stands for: what must hold, holds for each key. */

/** The keys that a request's document names; none in one that is cut off. */
export function keysIn(body: Buffer): readonly string[] {
  return [...body.toString('utf8').matchAll(/<Object><Key>([^<]*)<\/Key>/g)].map(([, key = '']) => plain(key))
}

const STATUS: Readonly<Record<string, number>> = {
  PreconditionFailed: 412,
  NoSuchKey: 404,
  AccessDenied: 403,
}

/** The status that a key would have been answered with alone; undefined: it is gone. */
export function refusals(answer: Buffer): ReadonlyMap<string, number> {
  const errors = answer.toString('utf8').matchAll(/<Error><Key>([^<]*)<\/Key>.*?<Code>([^<]*)<\/Code>/g)
  return new Map([...errors].map(([, key = '', code = '']) => [plain(key), STATUS[code] ?? 500]))
}

function plain(text: string): string {
  return text
    .replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)))
    .replace(/&amp;/g, '&')
}
