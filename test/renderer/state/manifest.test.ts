import { Blob as NodeBlob } from 'node:buffer'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { DecantError } from '#model/failure.ts'
import type { ManifestFound } from '#model/manifest.ts'
import { DEFAULT_SETTINGS } from '#model/settings.ts'
import { jobSpec } from '#model/spec.ts'
import { cutText, textPieces } from '../../../renderer/api/text-pieces.ts'
import { ManifestDialog } from '../../../renderer/state/manifest-dialog.svelte.ts'
import { manifestSpec, MANIFEST_JOBS, type ManifestChoice } from '../../../renderer/state/manifest-spec.ts'
import { foundFacts, moreBad } from '../../../renderer/state/manifest-words.ts'
import { fakeClient } from './fake-client.ts'

const FOUND: ManifestFound = {
  at: { is: 'file', path: '/data/manifests/m1.csv' },
  name: 'm.csv',
  format: 'batch',
  rows: 1200,
  buckets: [
    { bucket: 'one', rows: 1000 },
    { bucket: 'two', rows: 200 },
  ],
  versions: false,
  columns: [],
  bad: 0,
  firstBad: [],
}
const ref = (id: string) =>
  ({
    id,
    name: id,
    config: { region: 'r', addressing: 'path', credentials: { kind: 'environment' } },
  }) as const
const choice = (more: Partial<ManifestChoice> = {}): ManifestChoice => ({
  ...{ found: FOUND, job: 'copy', into: 's3://to/in/', look: 'plan', defaults: DEFAULT_SETTINGS.pour },
  ...{ source: ref('a'), destination: ref('b'), ...more },
})

test.each(MANIFEST_JOBS)('a %s of its rows is a spec with a source for each bucket', (job) => {
  const made = manifestSpec(choice({ job, look: 'send' }))
  if (!made.ok) throw new Error(made.reason)
  const spec = jobSpec.parse(made.spec)
  expect(spec).toEqual(made.spec)
  expect(spec.sources.map(({ bucket, base }) => [bucket, base])).toEqual([
    ['one', ''],
    ['two', ''],
  ])
  expect(spec.manifest).toEqual({ at: FOUND.at, format: 'batch', look: 'send' })
  if ('destinations' in spec) expect(spec.destinations).toMatchObject([{ bucket: 'to', prefix: 'in/' }])
})

test.each([
  [{ source: undefined }, 'Choose the connection of the buckets.'],
  [{ found: { ...FOUND, buckets: [] } }, 'No row of it can be used.'],
  [{ into: ' ' }, 'Type where it goes: s3://bucket/prefix/.'],
  [{ into: 's3://' }, 'Type where it goes: s3://bucket/prefix/.'],
  [{ into: 'https://x/' }, '“https://” is not a place in S3. Type s3://bucket/prefix/.'],
  [{ destination: undefined }, 'Choose where it goes.'],
])('%j is none', (more, reason) => {
  expect(manifestSpec(choice(more))).toEqual({ ok: false, reason })
})

test('what was found is said in a few lines', () => {
  const buckets = Array.from({ length: 6 }, (_, n) => ({ bucket: `b${n}`, rows: 10 - n }))
  const facts = foundFacts({ ...FOUND, buckets, versions: true, columns: ['target-key'] })
  expect(facts.map(({ value }) => value)).toEqual([
    'CSV of S3 Batch Operations',
    '1,200, with versions',
    'b0 (10), b1 (9), b2 (8), b3 (7), 2 others',
    'target-key',
  ])
  const firstBad = [1, 2, 3, 4].map((line) => ({ line, reason: '' }))
  expect(moreBad({ bad: 37, firstBad })).toBe(34)
})

function open(inspect: () => ManifestFound | Promise<ManifestFound> = () => FOUND) {
  const fake = fakeClient({
    'manifests.keep': ({ last }) => (last ? FOUND.at : undefined),
    'manifests.inspect': inspect,
  })
  return { dialog: new ManifestDialog(fake.client), asked: fake.asked }
}

test('a packed file goes to the core as text, in pieces of which the last says so', async () => {
  const text = 'bucket,ключ\n'.repeat(200_000)
  const { dialog, asked } = open()
  await dialog.takeFile(
    Object.assign(new NodeBlob([gzipSync(text)]), { name: 'm.csv.gz' }) as unknown as File,
  )
  const kept = asked.filter(({ method }) => method === 'manifests.keep').map(({ input }) => input)
  const pieces = kept as { text: string; last: boolean; name: string; id: string }[]
  expect(pieces.map((piece) => piece.text).join('')).toBe(text)
  expect(pieces.map(({ last }) => last)).toEqual([...pieces.slice(1).map(() => false), true])
  expect(new Set(pieces.map(({ id }) => id)).size).toBe(1)
  expect(pieces.length).toBeGreaterThan(1)
  expect(dialog.found).toEqual(FOUND)
})

test('what is chosen anew is what is shown, and a failure is a sentence', async () => {
  let finish: (found: ManifestFound) => void = () => {}
  let asked = 0
  const { dialog } = open(() => {
    asked += 1
    if (asked === 1) return new Promise((resolve) => (finish = resolve))
    throw new DecantError({ code: 'bad-input', reach: 'item', message: 'line 1: no' })
  })
  const first = dialog.takeText('a,b')
  await expect.poll(() => asked).toBe(1)
  await dialog.takeText('c,d')
  finish(FOUND)
  await first
  expect(dialog.found).toBeUndefined()
  expect(dialog.failure?.message).toBe('line 1: no')
  dialog.close()
  expect(dialog.isOpen).toBe(false)
})

test('an empty file is one empty piece, and a broken archive is told', async () => {
  // Of the browser that stands in for one here, files have no streams.
  const all = async (file: NodeBlob): Promise<string> => {
    let text = ''
    for await (const piece of textPieces(file as Blob)) text += piece
    return text
  }
  expect(await all(new NodeBlob([]))).toBe('')
  await expect(all(new NodeBlob([gzipSync('x'.repeat(5000)).subarray(0, 30)]))).rejects.toThrow()
})

test('a text is cut between characters', () => {
  const text = `${'x'.repeat(999_999)}𝄞y`
  const pieces = [...cutText(text)]
  expect(pieces.join('')).toBe(text)
  expect(pieces.map((piece) => piece.length)).toEqual([1_000_001, 1])
})
