import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { jobFileSchema } from '#model/job-schema.ts'

const published = JSON.parse(
  readFileSync(path.resolve(import.meta.dirname, '../../resources/job.schema.json'), 'utf8'),
) as Record<string, unknown>

const connection = {
  id: 'prod',
  name: 'Prod',
  config: {
    region: 'eu-central-1',
    addressing: 'virtual',
    credentials: { kind: 'profile', profile: 'prod' },
  },
}
const copy = {
  $schema: './job.schema.json',
  v: 1,
  kind: 'copy',
  sources: [{ connection, bucket: 'from', select: [{ kind: 'prefix', prefix: 'a/' }], base: '' }],
  destinations: [{ connection, bucket: 'to', prefix: '' }],
  conflict: 'skip',
  verify: 'auto',
}

describe('the JSON Schema of job files', () => {
  it('is published as the code has it', () => {
    expect(published, 'run: node scripts/job-schema.ts').toEqual(jobFileSchema())
  })

  const checked = z.fromJSONSchema(published as Parameters<typeof z.fromJSONSchema>[0])
  it.each([
    ['a copy', copy, true],
    ['a budget', { ...copy, budget: { usd: 5 } }, true],
    ['an unknown field', { ...copy, start: true }, false],
    ['an unknown policy', { ...copy, conflict: 'ask' }, false],
    ['a newer version', { ...copy, v: 2 }, false],
    ['no source', { ...copy, sources: [] }, false],
  ])('says of %s what Decant says', (_, file, ok) => {
    expect(checked.safeParse(file).success).toBe(ok)
  })
})
