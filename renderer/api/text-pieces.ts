/** Characters of a piece, about: small enough for one message, large enough that there are few. */
const PIECE = 1_000_000

/**
 * A file as text, in pieces that never end within a character; what is gzip is unpacked on the way. A million rows are
 * never held. Throws what the file cannot be read or unpacked with.
 */
export async function* textPieces(file: Blob): AsyncGenerator<string> {
  const packed = await isGzip(file)
  const bytes = packed ? file.stream().pipeThrough(new DecompressionStream('gzip')) : file.stream()
  const reader = bytes.getReader()
  const decoder = new TextDecoder()
  let text = ''
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) break
      text += decoder.decode(value, { stream: true })
      if (text.length < PIECE) continue
      yield text
      text = ''
    }
    yield text + decoder.decode()
  } finally {
    void reader.cancel().catch(() => {})
  }
}

/** The same of a text that is held anyway. */
export function* cutText(text: string): Generator<string> {
  for (let from = 0; from < text.length;) {
    const to = from + PIECE
    // Never between the two halves of a character.
    const end = /[\ud800-\udbff]/.test(text.charAt(to - 1)) ? to + 1 : to
    yield text.slice(from, end)
    from = end
  }
}

/** By its first two bytes: a name tells nothing. */
async function isGzip(file: Blob): Promise<boolean> {
  const [first, second] = new Uint8Array(await file.slice(0, 2).arrayBuffer())
  return first === 0x1f && second === 0x8b
}
