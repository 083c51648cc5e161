import { describe, expect, it } from 'vitest'
import { bucketNameProblem, type LifecycleRule } from '#model/bucket.ts'
import { describeLifecycleRule } from '#model/lifecycle-words.ts'

describe('names of new buckets', () => {
  it.each(['abc', 'acme-lake-curated', '1.2.3', 'a'.repeat(63), '127.0.0.1.de'])('%s is one', (name) => {
    expect(bucketNameProblem(name)).toBeUndefined()
  })
  it.each([
    ['ab', /3 characters/],
    ['a'.repeat(64), /63 characters/],
    ['Acme', /lower case/],
    ['acme_lake', /underscore/],
    ['acme lake', /not " "/],
    ['acmé', /not "é"/],
    ['-acme', /begin with a letter/],
    ['acme-', /end with a letter/],
    ['ac..me', /two dots/],
    ['192.168.5.4', /IP address/],
    ['xn--acme', /xn--/],
    ['acme-s3alias', /-s3alias/],
    ['acme--x-s3', /--x-s3/],
  ])('%s is none', (name, why) => {
    expect(bucketNameProblem(name)).toMatch(why)
  })
})

describe('a lifecycle rule as a sentence', () => {
  const rule: LifecycleRule = { enabled: true, tags: {}, actions: [] }
  it.each<[Partial<LifecycleRule>, string]>([
    [
      { prefix: 'logs/', actions: [{ does: 'expire', after: { days: 1 } }] },
      'Below logs/: objects are deleted after 1 day.',
    ],
    [
      {
        tags: { keep: 'no', team: 'web' },
        above: 1024 ** 2,
        actions: [
          { does: 'transition', after: { days: 30 }, storageClass: 'GLACIER' },
          { does: 'expire-older', days: 90, keep: 3 },
        ],
      },
      'With the tags keep=no and team=web, larger than 1 MiB: objects move to GLACIER after 30 days; older versions are deleted for good after 90 days but for the newest 3.',
    ],
    [
      { enabled: false, prefix: '', actions: [{ does: 'abort-uploads', days: 7 }] },
      'Switched off. Everything in the bucket: unfinished uploads are aborted after 7 days.',
    ],
    [
      { actions: [{ does: 'expire', after: { date: '2027-01-01T00:00:00Z' } }, { does: 'expire-markers' }] },
      'Everything in the bucket: objects are deleted on 2027-01-01; delete markers with nothing under them are removed.',
    ],
    [{}, 'Everything in the bucket: nothing that Decant knows of is done.'],
  ])('%#', (given, sentence) => {
    expect(describeLifecycleRule({ ...rule, ...given })).toBe(sentence)
  })
})
