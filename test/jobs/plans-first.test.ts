import { expect, test } from 'vitest'
import type { JobFile } from '#model/spec.ts'
import { plansFirst } from '../../main/jobs/plan/plans-first.ts'
import { specOf } from '../helpers/specs.ts'
import { CONNECTION, deletion, pour } from './world.ts'

const manifest = (format: 'batch' | 'inventory'): Partial<JobFile> => ({
  manifest: { at: { is: 'file', path: '/m' }, format },
})
const to = (bucket: string, connection = CONNECTION): Partial<JobFile> => ({
  destinations: [{ connection, bucket, prefix: 'z/' }],
})
const elsewhere = { ...CONNECTION, id: 'far', config: { ...CONNECTION.config, endpoint: 'http://far.test' } }
const history = {
  ...{ connection: CONNECTION, bucket: 'from', base: '', versions: { take: 'all' as const } },
  select: [{ kind: 'prefix' as const, prefix: '' }],
}
const sameStore = { ...CONNECTION, id: 'alias' }

test.each([
  ['copies to another bucket', pour('copy'), false],
  ['moves to another bucket', pour('move'), false],
  ['gives new names', pour('copy', { names: [{ rule: 'case', to: 'lower' }] }), true],
  ['mirrors', pour('copy', { deleteExtra: true }), true],
  ['goes by a manifest', pour('copy', manifest('batch')), false],
  ['goes by an S3 Inventory', pour('copy', manifest('inventory')), true],
  ['deletes', deletion(), false],
  ['purges', specOf<'delete'>({ v: 1, kind: 'delete', sources: [history], purge: {} }), true],
  [
    'rewinds',
    specOf<'rewind'>({
      v: 1,
      kind: 'rewind',
      sources: [history],
      verify: 'auto',
      to: { is: 'as-of', at: 1 },
    }),
    true,
  ],
  ['copies within one bucket', pour('copy', to('from')), true],
  ['copies within one bucket of one store under two names', pour('copy', to('from', sameStore)), true],
  ['copies to a bucket of that name elsewhere', pour('copy', to('from', elsewhere)), false],
])('a job that %s', (_, spec, expected) => {
  expect(plansFirst(spec)).toBe(expected)
})
