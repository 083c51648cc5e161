/**
 * What RFC 2047 writes in ASCII for other text: `=?UTF-8?B?w7xiZXI=?=` for `über`. S3 answers metadata so when it holds
 * anything but ASCII ("Working with object metadata"). For showing only: what is sent again is the value as it came.
 * Words that do not decode stay as they are.
 */
export function decodeWords(value: string): string {
  if (!value.includes('=?')) return value
  // White space between two words belongs to neither (RFC 2047, 6.2), and a character may be cut between them.
  return value.replace(RUN, (run) => {
    const words = [...run.matchAll(WORD)]
    const parts: { charset: string; bytes: number[] }[] = []
    for (const [, charset = '', encoding = '', text = ''] of words) {
      const bytes = encoding.toUpperCase() === 'B' ? fromBase64(text) : fromQuoted(text)
      if (bytes === undefined) return run
      const last = parts.at(-1)
      if (last?.charset === charset.toLowerCase()) last.bytes.push(...bytes)
      else parts.push({ charset: charset.toLowerCase(), bytes })
    }
    const texts = parts.map(({ charset, bytes }) => decoded(charset, bytes))
    return texts.includes(undefined) ? run : texts.join('')
  })
}

const ONE = String.raw`=\?([\w-]+)(?:\*[\w-]+)?\?([BbQq])\?([^?\s]*)\?=`
const WORD = new RegExp(ONE, 'g')
const RUN = new RegExp(`${ONE}(?:\\s+${ONE})*`, 'g')

function fromBase64(text: string): number[] | undefined {
  try {
    return Array.from(atob(text), (char) => char.charCodeAt(0))
  } catch {
    return undefined
  }
}

function fromQuoted(text: string): number[] | undefined {
  const bytes: number[] = []
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at)
    if (char !== '=') {
      bytes.push(char === '_' ? 0x20 : char.charCodeAt(0))
      continue
    }
    const hex = text.slice(at + 1, at + 3)
    if (!/^[0-9a-f]{2}$/i.test(hex)) return undefined
    bytes.push(Number.parseInt(hex, 16))
    at += 2
  }
  return bytes.every((byte) => byte < 256) ? bytes : undefined
}

function decoded(charset: string, bytes: readonly number[]): string | undefined {
  try {
    return new TextDecoder(charset, { fatal: true }).decode(Uint8Array.from(bytes))
  } catch {
    return undefined
  }
}
