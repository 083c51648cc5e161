import { expect, test } from 'vitest'
import { fieldProblems, suggestFieldName } from '#model/field-problems.ts'

const problem = (field: string, value: string | null) => fieldProblems({}, [{ field, value }]).get(field)

test.each<[string, string | null, string | RegExp | undefined, string?]>([
  ['cache-control', 'no-cache', undefined],
  ['cache-control', null, undefined],
  ['cache-control', 'a\nb', 'A header must be one line without control characters.', 'a b'],
  ['x-amz-meta-a', 'a\u0000', 'A header must be one line without control characters.', 'a'],
  ['x-amz-meta-a', 'é ü', undefined],
  ['x-amz-meta-a', ' a', 'A header loses spaces at its beginning and its end.', 'a'],
  ['content-disposition', 'x'.repeat(8193), /8193 characters, which must be at most 8192/],
  ['content-type', 'text/html; charset=utf-8', undefined],
  ['content-type', 'multipart/x; boundary="a b"', undefined],
  ['content-type', 'html', /must be a media type/, 'text/html'],
  ['content-type', '.png', /must be a media type/, 'image/png'],
  ['content-type', 'what is it', /must be a media type/],
  ['expires', 'Tue, 01 Dec 2026 10:00:00 GMT', undefined],
  ['expires', 'Mon, 01 Dec 2026 10:00:00 GMT', /must be an HTTP date/, 'Tue, 01 Dec 2026 10:00:00 GMT'],
  ['expires', '2026-12-01', /must be an HTTP date/, 'Tue, 01 Dec 2026 00:00:00 GMT'],
  ['expires', '2026-12-01T10:00', /must be an HTTP date/, 'Tue, 01 Dec 2026 10:00:00 GMT'],
  ['expires', '2026-12-01T10:00:00+01:00', /must be an HTTP date/, 'Tue, 01 Dec 2026 09:00:00 GMT'],
  ['expires', '1 Dec 2026 10:00', /must be an HTTP date/, 'Tue, 01 Dec 2026 10:00:00 GMT'],
  ['expires', '01/02/2026', /must be an HTTP date/],
  ['expires', '0', /must be an HTTP date/],
  ['website-redirect', '/a', undefined],
  ['website-redirect', 'https://a.example/', undefined],
  ['website-redirect', 'www.example.com/a', /must begin with/, 'https://www.example.com/a'],
  ['website-redirect', 'index.html', /must begin with/, '/index.html'],
  ['website-redirect', `/${'x'.repeat(2048)}`, /2049 characters/],
  ['storage-class', 'GLACIER_IR', undefined],
  ['storage-class', 'standard-ia', /is no storage class/, 'STANDARD_IA'],
  ['storage-class', 'COLD', /“COLD” is no storage class/],
  ['storage-class', null, 'An object always has a storage class.', 'STANDARD'],
  ['tag:team', 'Köln + a-b=c._:/@ 1', undefined],
  ['tag:team', '', undefined],
  ['tag:cost', 'R&D#7', 'A tag value cannot contain “&” or “#”.', 'R-D 7'],
  ['tag:cost', 'a\tb,c', 'A tag value cannot contain control characters or “,”.', 'a b c'],
  ['tag:a&b', 'x', 'A tag’s name cannot contain “&”.'],
  ['tag:a&b', null, undefined],
  ['tag:a', 'x'.repeat(257), /257 characters, which must be at most 256/],
  [`tag:${'x'.repeat(129)}`, 'x', /129 characters, which must be at most 128/],
  ['tag:aws:x', 'x', /cannot begin with aws:/],
  ['tag:AWS:x', null, /cannot begin with aws:/],
  ['x-amz-meta-Build', 'x', /in lower case/],
  ['x-content-type', 'x', /“x-content-type” is no field/],
])('%s: %j', (field, value, sentence, fix) => {
  const found = problem(field, value)
  if (sentence === undefined) return expect(found).toBeUndefined()
  if (typeof sentence === 'string') expect(found?.problem).toBe(sentence)
  else expect(found?.problem).toMatch(sentence)
  expect(found?.fix).toBe(fix)
})

test.each(['expires', 'content-type', 'website-redirect', 'storage-class', 'tag:cost', 'cache-control'])(
  'a fix for %s has no problem itself',
  (field) => {
    for (const value of ['R&D#7', '2026-12-01', 'glacier ir', 'png', 'a\nb/c', ' x ']) {
      const fix = problem(field, value)?.fix
      if (fix !== undefined) expect(problem(field, fix)).toBeUndefined()
    }
  },
)

const tags = (count: number, from = 0): Record<string, string> =>
  Object.fromEntries(Array.from({ length: count }, (_, at) => [`tag:t${at + from}`, 'x']))
const cellsOf = (values: Readonly<Record<string, string | null>>) =>
  Object.entries(values).map(([field, value]) => ({ field, value }))

test.each<[string, Record<string, string>, Record<string, string | null>, string[]]>([
  ['the tenth', tags(9), { 'tag:new': 'x' }, []],
  ['the eleventh', tags(10), { 'tag:new': 'x' }, ['tag:new']],
  ['one for another', tags(10), { 'tag:new': 'x', 'tag:t0': null }, []],
  ['two for one', tags(10), { 'tag:a': 'x', 'tag:b': 'x', 'tag:t0': null }, ['tag:a', 'tag:b']],
  ['one changed', tags(10), { 'tag:t0': 'y' }, []],
  ['one taken from eleven', tags(11), { 'tag:t0': null }, []],
])('tags: %s', (_name, before, cells, refused) => {
  const problems = fieldProblems(before, cellsOf(cells))
  expect([...problems.keys()]).toEqual(refused)
  for (const field of refused) expect(problems.get(field)?.problem).toContain('would have 11 tags')
})

test.each<[string, Record<string, string>, Record<string, string | null>, string[]]>([
  ['2,048 bytes', {}, { 'x-amz-meta-a': 'x'.repeat(2047) }, []],
  ['2,049 bytes', {}, { 'x-amz-meta-a': 'x'.repeat(2048) }, ['x-amz-meta-a']],
  ['UTF-8', {}, { 'x-amz-meta-a': 'é'.repeat(1024) }, ['x-amz-meta-a']],
  [
    'with what stands',
    { 'x-amz-meta-a': 'x'.repeat(2000) },
    { 'x-amz-meta-b': 'y'.repeat(60) },
    ['x-amz-meta-b'],
  ],
  [
    'instead of what stands',
    { 'x-amz-meta-a': 'x'.repeat(2000) },
    { 'x-amz-meta-a': null, 'x-amz-meta-b': 'y'.repeat(60) },
    [],
  ],
  ['less than stood', { 'x-amz-meta-a': 'x'.repeat(3000) }, { 'x-amz-meta-a': null }, []],
])('metadata: %s', (_name, before, cells, refused) => {
  expect([...fieldProblems(before, cellsOf(cells)).keys()]).toEqual(refused)
})

test.each<[string, string | undefined]>([
  ['X-Amz-Meta-Build', 'x-amz-meta-build'],
  ['X-Amz-Meta-My_Name', 'x-amz-meta-my_name'],
  ['Content-Type', 'content-type'],
  ['Content Type', 'content-type'],
  ['content_type', 'content-type'],
  ['ContentType', 'content-type'],
  ['Storage class', 'storage-class'],
  ['Tag: Owner', 'tag:Owner'],
  ['tag:owner', undefined],
  ['content-type', undefined],
  ['x-amz-meta-sch\u00f6n', undefined],
  ['nonsense', undefined],
])('%s means %s', (text, meant) => {
  expect(suggestFieldName(text)).toBe(meant)
})
