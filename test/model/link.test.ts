import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { linkTo, parseLink } from '#model/link.ts'

describe('a link', () => {
  it.each([
    ['decant://open?connection=Prod', { connection: 'Prod', bucket: '', prefix: '' }],
    [
      'decant://open/?connection=Prod%20EU&bucket=b&prefix=a%2F..%2Fb%2F%2F',
      { connection: 'Prod EU', bucket: 'b', prefix: 'a/../b//' },
    ],
  ])('%s', (text, link) => expect(parseLink(text)).toEqual({ ok: true, link }))

  it.each([
    ['https://open?connection=a', /must begin with decant:\/\//],
    ['decant://', /must begin with decant:\/\/open/],
    ['decant://delete?connection=a', /must begin with decant:\/\/open/],
    ['decant://app/index.html', /must begin with decant:\/\/open/],
    ['decant://open/run?connection=a', /must begin with decant:\/\/open/],
    ['decant://me@open?connection=a', /must begin with decant:\/\/open/],
    ['decant://open?connection=a#x', /must begin with decant:\/\/open/],
    ['decant://open', /names no connection/],
    ['decant://open?connection=a&endpoint=http://evil.example', /"endpoint" is no field of a link/],
    ['decant://open?connection=a&__proto__=x', /"__proto__" is no field/],
    ['decant://open?connection=a&connection=b', /connection is said twice/],
    ['decant://open?connection=a&prefix=x', /prefix: "x" needs a bucket/],
    ['decant://open?connection=a&bucket=b%2Fc', /bucket: must be a bucket name, without a slash/],
    ['decant://open?connection=a%0Ab', /connection: must have no control characters/],
    [`decant://open?connection=${'a'.repeat(81)}`, /connection: must have at most 80 characters, not 81/],
    [`decant://open?connection=${'a'.repeat(9000)}`, /characters, more than any place needs/],
  ])('%s is refused in a sentence', (text, why) => {
    const parsed = parseLink(text)
    expect(parsed.ok).toBe(false)
    expect(!parsed.ok && parsed.message).toMatch(why)
    expect(!parsed.ok && parsed.message).toMatch(/^The link was not opened: .*\.$/)
  })

  it('leads back to the place that it was made of, and nothing else comes of any text', () => {
    const part = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 40 })
      .filter((text) => !/\p{Cc}|\p{Cs}/u.test(text))
    fc.assert(
      fc.property(
        part,
        part.filter((text) => !text.includes('/')),
        part,
        (connection, bucket, prefix) => {
          const link = { connection, bucket, prefix }
          expect(parseLink(linkTo(link))).toEqual({ ok: true, link })
        },
      ),
    )
    fc.assert(fc.property(fc.string(), (text) => void parseLink(`decant://open?${text}`)))
  })
})
