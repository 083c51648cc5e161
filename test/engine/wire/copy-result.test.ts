import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { rootOf, toldBy, writeResult } from '../../../main/engine/wire/answers.ts'
import { copyResult, plainCopyResult } from '../../../main/engine/wire/copy-result.ts'

/** What is read without a tree of elements is what the tree would tell, and anything unusual is left to the tree. */

const ASKED = { operation: 'CopyObject', bucket: 'b', key: 'k' } as const
const answerOf = (text: string): Parameters<typeof copyResult>[1] => ({ status: 200, headers: {}, text })
const byTree = (text: string): ReturnType<typeof copyResult> =>
  writeResult(ASKED, answerOf(text), toldBy(rootOf(ASKED, answerOf(text), 'CopyObjectResult')))

const XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
const OPEN = '<CopyObjectResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">'
const CLOSE = '</CopyObjectResult>'
const DATE = '<LastModified>2026-11-22T01:02:03.000Z</LastModified>'
const ETAG = '<ETag>&quot;9b2cf535f27731c974343645a3985328&quot;</ETag>'
const SUM = '<ChecksumType>FULL_OBJECT</ChecksumType><ChecksumCRC64NVME>AAAA+/=</ChecksumCRC64NVME>'

describe('what CopyObject made', () => {
  it.each([
    ['as S3 tells it', `${XML}${OPEN}${DATE}${ETAG}${CLOSE}`],
    ['with its checksum', `${XML}${OPEN}${DATE}${ETAG}${SUM}${CLOSE}`],
    ['the other way round', `${XML}<CopyObjectResult>${ETAG}${DATE}${CLOSE}`],
    ['with quotes as they are', `${OPEN}<ETag>"e-3"</ETag>${CLOSE}`],
    ['with a weak ETag', `${OPEN}<ETag>W/"e"</ETag>${CLOSE}`],
    ['without quotes', `${OPEN}<ETag>e</ETag>${CLOSE}`],
  ])('%s', (_, text) => {
    expect(plainCopyResult(text)).toBeDefined()
    expect(copyResult(ASKED, answerOf(text))).toEqual(byTree(text))
    expect(copyResult(ASKED, answerOf(text)).etag).not.toBe('')
  })

  it.each([
    ['whitespace before it, which keeps a connection alive', `  \n${XML}${OPEN}${ETAG}${CLOSE}`, /^9b2/],
    ['whitespace within it', `${OPEN}\n  ${ETAG}\n${CLOSE}`, /^9b2/],
    ['an element nobody knows', `${OPEN}<New/>${ETAG}${CLOSE}`, /^9b2/],
    ['an entity in the ETag', `${OPEN}<ETag>a&amp;b</ETag>${CLOSE}`, /^a&b$/],
    ['a quote too many', `${OPEN}<ETag>&quot;"e"&quot;</ETag>${CLOSE}`, /^"e"$/],
    ['two ETags', `${OPEN}<ETag>a</ETag><ETag>b</ETag>${CLOSE}`, /^a$/],
    ['two checksums of one kind', `${OPEN}<ETag>a</ETag>${SUM}${SUM}${CLOSE}`, /^a$/],
    ['an attribute', `${OPEN}<ETag x="y">a</ETag>${CLOSE}`, /^a$/],
  ])('%s goes to the tree', (_, text, etag) => {
    expect(plainCopyResult(text)).toBeUndefined()
    expect(copyResult(ASKED, answerOf(text)).etag).toMatch(etag)
  })

  it.each([
    ['an error in a 200', `${XML}<Error><Code>InternalError</Code></Error>`],
    ['an error behind whitespace', ` \n${XML}<Error><Code>SlowDown</Code></Error>`],
    ['no ETag', `${OPEN}${DATE}${CLOSE}`],
    ['nothing', ''],
    ['an end that is missing', `${OPEN}${ETAG}`],
    ['something behind its end', `${OPEN}${ETAG}${CLOSE}<x/>`],
    ['an ETag that is not closed', `${OPEN}<ETag>a${CLOSE}`],
    ['no entity in its date', `${OPEN}<LastModified>&x</LastModified>${ETAG}${CLOSE}`],
    ['another document', `<CopyPartResult>${ETAG}</CopyPartResult>`],
  ])('%s is refused', (_, text) => {
    expect(plainCopyResult(text)).toBeUndefined()
    expect(() => copyResult(ASKED, answerOf(text))).toThrow()
  })

  it('an empty ETag is none', () => {
    expect(() => copyResult(ASKED, answerOf(`${OPEN}<ETag></ETag>${CLOSE}`))).toThrow('no ETag')
  })

  it('is the same by both ways, whatever its pieces are', () => {
    const pieces = [
      XML,
      OPEN,
      '<CopyObjectResult>',
      CLOSE,
      DATE,
      ETAG,
      SUM,
      '<ETag>',
      '</ETag>',
      '&quot;',
      '"',
      'a',
      '&',
      ' ',
    ]
    const piece = fc.constantFrom(...pieces)
    const well = fc.tuple(
      fc.constantFrom(OPEN, XML + OPEN),
      fc.array(piece, { maxLength: 5 }),
      fc.constant(CLOSE),
    )
    const any = fc.oneof(
      well.map(([open, inner, close]) => open + inner.join('') + close),
      fc.array(piece, { maxLength: 7 }).map((all) => all.join('')),
    )
    fc.assert(
      fc.property(any, (text) => {
        if (plainCopyResult(text) !== undefined)
          expect(copyResult(ASKED, answerOf(text))).toEqual(byTree(text))
      }),
      { numRuns: 2000 },
    )
  })
})
