import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AnswerReader } from '../../../main/engine/wire/answer-reader.ts'

/** The answer that these pieces make, or undefined while it is not whole. */
function read(
  pieces: readonly string[],
  method = 'GET',
): { status: number; text: string; keep: boolean } | undefined {
  const reader = new AnswerReader()
  reader.reset(method)
  for (const piece of pieces) {
    if (reader.push(Buffer.from(piece, 'latin1'))) {
      return { status: reader.answer.status, text: reader.answer.text, keep: reader.keep }
    }
  }
  return reader.end()
    ? { status: reader.answer.status, text: reader.answer.text, keep: reader.keep }
    : undefined
}

const OK = 'HTTP/1.1 200 OK\r\n'

describe('one answer', () => {
  it.each<[what: string, raw: string, status: number, text: string, keep: boolean]>([
    ['with a length', `${OK}Content-Length: 5\r\n\r\nhello`, 200, 'hello', true],
    ['with nothing', `${OK}content-length: 0\r\n\r\n`, 200, '', true],
    ['204', 'HTTP/1.1 204 No Content\r\n\r\n', 204, '', true],
    ['without words', 'HTTP/1.1 403\r\nContent-Length: 1\r\n\r\nx', 403, 'x', true],
    [
      'in chunks',
      `${OK}Transfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2;ext=1\r\nlo\r\n0\r\n\r\n`,
      200,
      'hello',
      true,
    ],
    [
      'in chunks, with a trailer',
      `${OK}Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nX: y\r\n\r\n`,
      200,
      'hello',
      true,
    ],
    ['after a 100', `HTTP/1.1 100 Continue\r\n\r\n${OK}Content-Length: 2\r\n\r\nok`, 200, 'ok', true],
    ['that closes', `${OK}Connection: close\r\nContent-Length: 2\r\n\r\nok`, 200, 'ok', false],
    ['of HTTP/1.0', 'HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok', 200, 'ok', false],
    ['until the end', `${OK}\r\nall of it`, 200, 'all of it', false],
    ['with too much', `${OK}Content-Length: 2\r\n\r\nok and more`, 200, 'ok', false],
  ])('%s', (_what, raw, status, text, keep) => {
    expect(read([raw])).toEqual({ status, text, keep })
  })

  it('to a HEAD has no body, whatever its length says', () => {
    expect(read([`${OK}Content-Length: 500\r\n\r\n`], 'HEAD')).toEqual({ status: 200, text: '', keep: true })
  })

  it('is the same however it is cut', () => {
    const raw = `HTTP/1.1 100 Continue\r\n\r\n${OK}Transfer-Encoding: chunked\r\nX: a\r\n\r\n4\r\nab\r\n\r\n1\r\nc\r\n0\r\n\r\n`
    fc.assert(
      fc.property(fc.array(fc.nat(raw.length), { maxLength: 12 }), (cuts) => {
        const places = [0, ...cuts.sort((a, b) => a - b), raw.length]
        const pieces = places.slice(1).map((end, at) => raw.slice(places[at], end))
        expect(read(pieces)).toEqual({ status: 200, text: 'ab\r\nc', keep: true })
      }),
    )
  })

  it('is not whole before its end', () => {
    expect(read([`${OK}Content-Length: 5\r\n\r\nhell`])).toBeUndefined()
    expect(read([`${OK}Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n`])).toBeUndefined()
  })

  it.each([
    ['another protocol', 'SSH-2.0-OpenSSH_9\r\n\r\n'],
    ['a status of letters', 'HTTP/1.1 abc\r\n\r\n'],
    ['a length of letters', `${OK}Content-Length: 5x\r\n\r\n`],
    ['a negative length', `${OK}Content-Length: -5\r\n\r\n`],
    ['two lengths', `${OK}Content-Length: 5\r\nContent-Length: 6\r\n\r\n`],
    ['an unknown coding', `${OK}Transfer-Encoding: gzip, chunked\r\n\r\n`],
    ['a chunk of letters', `${OK}Transfer-Encoding: chunked\r\n\r\nxyz\r\n`],
    ['a chunk that is longer than its size', `${OK}Transfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n`],
    ['a chunk line without end', `${OK}Transfer-Encoding: chunked\r\n\r\n${'1'.repeat(2000)}`],
    ['a header without a name', `${OK}: x\r\n\r\n`],
    ['a head without end', `${OK}${'x: y\r\n'.repeat(20_000)}`],
    ['a body without end', `${OK}\r\n${' '.repeat(17 * 1024 * 1024)}`],
  ])('refuses %s', (_what, raw) => {
    expect(() => read([raw])).toThrow()
  })

  it('reads each answer of a connection as if it were the first, from bytes that are only lent', () => {
    const name = fc.constantFrom('Date', 'ETag', 'etag', 'x-amz-id-2', 'X-Amz-Id-2')
    const header = fc.tuple(name, fc.constantFrom('', 'a', '1, 2', ' b '))
    const answer = fc.tuple(fc.array(header, { maxLength: 5 }), fc.constantFrom('', 'words'), fc.nat(80))
    fc.assert(
      fc.property(fc.array(answer, { minLength: 2, maxLength: 4 }), (answers) => {
        const reader = new AnswerReader()
        for (const [headers, text, cut] of answers) {
          const lines = headers.map(([key, value]) => `${key}: ${value}\r\n`).join('')
          const raw = `${OK}${lines}Content-Length: ${text.length}\r\n\r\n${text}`
          const fresh = new AnswerReader()
          for (const each of [fresh, reader]) each.reset('GET')
          fresh.push(Buffer.from(raw))
          for (const piece of [raw.slice(0, cut), raw.slice(cut)]) {
            const bytes = Buffer.from(piece)
            reader.push(bytes)
            bytes.fill('#')
          }
          expect(reader.answer).toEqual({ ...fresh.answer, text })
        }
      }),
    )
  })

  it('joins headers that come twice, and knows no names of Object', () => {
    const reader = new AnswerReader()
    reader.reset('GET')
    reader.push(Buffer.from(`${OK}X-A: 1\r\nx-a:  2 \r\nconstructor: c\r\nContent-Length: 0\r\n\r\n`))
    expect(reader.answer.headers['x-a']).toBe('1, 2')
    expect(reader.answer.headers['constructor']).toBe('c')
  })
})
