import { expect, test } from 'vitest'
import { filter } from '#model/filter.ts'
import { COPY_DEFAULTS, EDIT_DEFAULTS, type Properties } from '#model/properties.ts'
import type { JobSpec } from '#model/spec.ts'
import {
  aclSummary,
  filterWords,
  lockSummary,
  metadataSummary,
  nameWords,
  propertyWords,
  requestWords,
  ruleWords,
} from '../../../renderer/components/option-words.ts'
import { spec } from './build.ts'

const copy = (more: Partial<Properties>): Properties => ({ ...COPY_DEFAULTS, ...more })

test.each<[string, Partial<Properties>, string]>([
  ['what is not copied by default is said', {}, 'Copied, without a website redirect'],
  [
    'a header',
    { headers: { policy: 'change', set: { expires: '0' }, remove: ['contentType'] } },
    'Headers: set Expires, remove Content-Type, metadata: copied, without a website redirect',
  ],
  ['a redirect', { redirect: { policy: 'set', value: '/x' } }, 'Copied, redirect to /x'],
])('metadata: %s', (_case, more, words) => expect(metadataSummary(copy(more), 'pour')).toBe(words))

test.each<[Partial<Properties>, string]>([
  [{}, 'Not copied; what the bucket gives'],
  [{ retention: { policy: 'copy' }, legalHold: { policy: 'copy' } }, 'Copied'],
  [{ legalHold: { policy: 'set', value: 'ON' } }, 'What the bucket gives; legal hold on'],
])('lock (%#)', (more, words) => expect(lockSummary(copy(more), 'pour')).toBe(words))

test.each<[Partial<JobSpec> & object, string]>([
  [{}, ''],
  [{ concurrency: 1 }, 'at most 1 request in flight'],
  [{ concurrency: NaN }, 'at most … requests in flight'],
])('requests: %j', (more, words) => expect(requestWords({ ...spec('copy'), ...more } as JobSpec)).toBe(words))

test('the same policy is carried over by a pour, and kept by an edit', () => {
  expect(aclSummary(COPY_DEFAULTS, 'pour')).toBe('Private; grants are not copied')
  expect(aclSummary(EDIT_DEFAULTS, 'edit')).toBe('Kept')
  expect(propertyWords('storageClass', EDIT_DEFAULTS, 'edit')).toBe('kept')
  expect(propertyWords('encryption', COPY_DEFAULTS, 'pour')).toBe('the bucket’s default')
})

test('a key is told by its end, and a customer key by its name', () => {
  const keyId = 'arn:aws:kms:eu-west-1:111122223333:key/7f3c0b1e-0000-4000-8000-00000000a90e'
  const kms = copy({ encryption: { policy: 'set', value: { kind: 'SSE-KMS', keyId } } })
  expect(propertyWords('encryption', kms, 'pour')).toBe('SSE-KMS, …00000000a90e')
  const own = copy({ encryption: { policy: 'set', value: { kind: 'SSE-C', key: 'press' } } })
  expect(propertyWords('encryption', own, 'pour')).toBe('SSE-C, key press')
})

test('filters, names and rules in a phrase', () => {
  expect(filterWords(undefined)).toBe('All objects')
  const chosen = filter.parse({
    include: [
      { kind: 'glob', glob: '*.log' },
      { kind: 'regex', regex: 'x$' },
    ],
    minSize: 1024,
    storageClasses: ['GLACIER'],
    tags: [{ name: 'team', value: 'press' }, { name: 'any' }],
  })
  expect(filterWords(chosen)).toBe('*.log, /x$/, from 1.0 KiB, Glacier, tag team=press, tag any')
  expect(nameWords([])).toBe('Kept as they are')
  expect(nameWords([{ rule: 'prefix', from: '', to: 'new/' }])).toBe('Put “new/” in front')
  const rule = {
    when: chosen,
    properties: { tags: { policy: 'change' as const, set: { a: 'b' }, remove: [] } },
  }
  expect(ruleWords(rule, 'pour')).toBe('tags: set a')
})
