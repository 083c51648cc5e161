import { describe, expect, it } from 'vitest'
import { parseJobFile } from '#model/job-file.ts'

const config = {
  region: 'eu-central-1',
  addressing: 'virtual',
  credentials: { kind: 'profile', profile: 'prod' },
}
const connection = { id: 'prod', name: 'Prod', config }
const source = { connection, bucket: 'from', select: [{ kind: 'prefix', prefix: 'a/' }], base: '' }
const copy = {
  v: 1,
  kind: 'copy',
  sources: [source],
  destinations: [{ connection, bucket: 'to', prefix: '' }],
  conflict: 'skip',
  verify: 'auto',
}

describe('a job file', () => {
  it('is a spec, with its defaults', () => {
    const parsed = parseJobFile('a.decant', JSON.stringify(copy))
    expect(parsed.ok && parsed.spec).toMatchObject({ kind: 'copy', deleteExtra: false })
  })

  it('may name the schema that its editor checks it by', () => {
    expect(parseJobFile('a.decant', JSON.stringify({ $schema: 'x.json', ...copy })).ok).toBe(true)
  })

  it.each([
    ['{', /^a\.decant: it is not JSON \(.*\)\.$/],
    ['[]', /^a\.decant: the file: must be object, not \[\]\.$/],
    ['{"v":2,"kind":"teleport"}', /^a\.decant: v: must be 1, not 2: it was written by a newer Decant\.$/],
    [JSON.stringify({ ...copy, kind: 'teleport' }), /^a\.decant: kind: .*, not "teleport"\.$/],
    [JSON.stringify({ ...copy, conflict: 'ask' }), /^a\.decant: conflict: must be .*, not "ask"\.$/],
    [JSON.stringify({ ...copy, start: true }), /^a\.decant: .*"start"/],
    [
      JSON.stringify({ ...copy, sources: [{ ...source, bucket: 'a/b' }] }),
      /^a\.decant: sources\.0\.bucket: must be a bucket name, without a slash, not "a\/b"\.$/,
    ],
  ])('that is none is named by file, field and value: %s', (text, why) => {
    const parsed = parseJobFile('a.decant', text)
    expect(!parsed.ok && parsed.message).toMatch(why)
  })
})
