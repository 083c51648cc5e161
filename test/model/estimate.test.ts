import { describe, expect, test } from 'vitest'
import type { ConnectionRef } from '#model/connection.ts'
import { estimateOf, timeOf } from '#model/estimate.ts'
import { LOCAL_CONNECTION } from '#model/local.ts'
import { amountOf, countQuantities, fixedMeasure, nothingCounted, quantityKey } from '#model/quantities.ts'
import type { Measure, QuantityName, Side } from '#model/quantities.ts'
import { jobSpec } from '#model/spec.ts'
import type { JobSpec } from '#model/spec.ts'
import { builtInPrices } from '../../main/services/prices.ts'

const GIB = 1024 ** 3
const credentials = { kind: 'profile', profile: 'x' } as const
const at = (region: string, endpoint?: string): ConnectionRef => ({
  id: region,
  name: region,
  config: { region, addressing: 'virtual', credentials, ...(endpoint !== undefined && { endpoint }) },
})
const HERE: ConnectionRef = { id: 'local', name: 'This computer', config: LOCAL_CONNECTION.config }

function copy(from: ConnectionRef, to: ConnectionRef): JobSpec {
  const bucket = (ref: ConnectionRef): string => (ref === HERE ? '/home/mia' : 'bucket')
  return jobSpec.parse({
    v: 1,
    kind: 'copy',
    sources: [{ connection: from, bucket: bucket(from), select: [{ kind: 'prefix', prefix: '' }], base: '' }],
    destinations: [{ connection: to, bucket: bucket(to), prefix: 'p/' }],
    conflict: 'skip',
    verify: 'auto',
  })
}

function estimate(
  spec: JobSpec,
  measures: readonly Measure[],
  more: { atMost?: number; unknown?: number } = {},
) {
  const quantities = nothingCounted()
  countQuantities(quantities, ITEM, measures, 1)
  const expected = { requests: {}, atMost: 0, unknown: 0, ...more }
  return estimateOf({ spec, quantities, expected, prices: builtInPrices(), listing: false, work: NO_WORK })
    .cost
}

const ITEM = { size: 5, lastModified: 0 }
const NO_WORK = { items: 0, bytes: 0, archived: 0, kept: [] }

const amount = (
  name: QuantityName,
  count: number,
  storageClass = '',
  detail = '',
  side: Side = 's',
): Measure => fixedMeasure(quantityKey(name, 0, side, detail, storageClass), count)

describe('what quantities cost', () => {
  const US = at('us-east-1')
  const EU = at('eu-west-1')
  test.each<[string, ConnectionRef, ConnectionRef, Measure, number]>([
    [
      'copies at the price of the class that they make',
      US,
      US,
      amount('request', 1000, 'STANDARD_IA', 'CopyObject', 'd'),
      0.01,
    ],
    ['looks at that of what is looked at', US, US, amount('request', 1000, 'GLACIER_IR', 'HeadObject'), 0.01],
    [
      'listings as STANDARD, of whatever class',
      US,
      US,
      amount('request', 1000, 'GLACIER', 'ListObjectsV2'),
      0.005,
    ],
    [
      'parts into the archive as STANDARD',
      US,
      US,
      amount('request', 1000, 'DEEP_ARCHIVE', 'UploadPartCopy', 'd'),
      0.005,
    ],
    [
      'their end as the archive',
      US,
      US,
      amount('request', 1000, 'DEEP_ARCHIVE', 'CompleteMultipartUpload', 'd'),
      0.05,
    ],
    ['deletes: nothing', US, US, amount('request', 1000, 'STANDARD', 'DeleteObject'), 0],
    ['retrieval by class', US, US, amount('retrieved', 10 * GIB, 'GLACIER_IR'), 0.3],
    ['none of STANDARD', US, US, amount('retrieved', 10 * GIB, 'STANDARD'), 0],
    ['restores by tier', US, US, amount('restored', 10 * GIB, 'GLACIER', 'Expedited'), 0.3],
    ['bulk restores of GLACIER: nothing', US, US, amount('restored', 10 * GIB, 'GLACIER', 'Bulk'), 0],
    ['asking for them', US, US, amount('request', 1000, 'DEEP_ARCHIVE', 'RestoreObject'), 0.1],
    ['restored copies while they lie there', US, US, amount('thawed', 30 * GIB), 0.023],
    ['between Regions', US, EU, amount('crossing', 10 * GIB), 0.2],
    ['within one: nothing', US, US, amount('crossing', 10 * GIB), 0],
    ['out to this computer', US, HERE, amount('out', 10 * GIB), 0.9],
    ['in from it: nothing', HERE, US, amount('request', 1000, 'STANDARD', 'PutObject', 'd'), 0.005],
    ['KMS', US, US, amount('kms', 10_000), 0.03],
    ['a minimum that is not lived out', US, US, amount('early', 30 * GIB, 'STANDARD_IA'), 0.0125],
  ])('%s', (_, from, to, one, usd) => {
    const cost = estimate(copy(from, to), [one])
    if (cost.is !== 'known') expect.unreachable(cost.why)
    expect(cost.usd).toBeCloseTo(usd, 9)
    expect(cost.lines).toHaveLength(usd === 0 ? 0 : 1)
  })

  test('what is stored from then on is no cost of the job, and minimum sizes show', () => {
    const cost = estimate(copy(US, US), [
      amount('kept', 3 * GIB, 'STANDARD_IA', '', 'd'),
      amount('padding', GIB, 'STANDARD_IA', '', 'd'),
    ])
    if (cost.is !== 'known') expect.unreachable(cost.why)
    expect(cost.usd).toBe(0)
    expect(cost.monthly.map(({ words }) => words)).toEqual([
      '2 GiB more in STANDARD_IA, us-east-1',
      '1 GiB more that STANDARD_IA bills besides the bytes of objects (minimum size, overhead), us-east-1',
    ])
    expect(cost.monthly.reduce((sum, { usdPerMonth }) => sum + usdPerMonth, 0)).toBeCloseTo(0.0375, 9)
  })

  test('a Region that the file does not have takes the prices of another, and says so', () => {
    const cost = estimate(copy(at('me-central-1'), at('me-central-1')), [
      amount('request', 1000, 'STANDARD', 'CopyObject', 'd'),
    ])
    expect(cost).toMatchObject({ is: 'known', usd: 0.005 })
    expect(cost).toHaveProperty(
      'notes',
      expect.arrayContaining([
        'The price file has nothing for me-central-1: the prices of us-east-1 are taken.',
      ]),
    )
  })

  test.each<[string, object, string]>([
    ['all is told', {}, 'exact'],
    ['some may need less', { atMost: 1 }, 'at-most'],
    ['of some nobody can tell', { atMost: 1, unknown: 2 }, 'at-least'],
  ])('%s', (_, more, how) => {
    expect(estimate(copy(US, US), [], more)).toMatchObject({ is: 'known', how })
  })

  test('a store that the file does not have', () => {
    const minio = at('us-east-1', 'http://127.0.0.1:9000')
    const cost = estimate(copy(minio, minio), [amount('request', 5, 'STANDARD', 'CopyObject', 'd')])
    expect(cost).toEqual({
      is: 'unknown',
      why: 'The price file has nothing for 127.0.0.1: a file of your own may say what is paid there.',
    })
    expect(estimate(copy(US, minio), [amount('out', GIB)])).toMatchObject({
      is: 'known',
      how: 'at-least',
      usd: 0.09,
    })
  })

  test.each<[string, string, number]>([
    ['https://abc.r2.cloudflarestorage.com', 'CopyObject', 0.0045],
    ['https://s3.us-west-004.backblazeb2.com', 'CopyObject', 0.004],
    ['https://s3.us-west-004.backblazeb2.com', 'PutObject', 0],
    ['https://s3.wasabisys.com', 'CopyObject', 0],
    ['https://notr2.cloudflarestorage.com', 'CopyObject', NaN],
  ])('%s %s', (endpoint, operation, usd) => {
    const there = at('auto', endpoint)
    const cost = estimate(copy(there, there), [amount('request', 1000, 'STANDARD', operation, 'd')])
    if (Number.isNaN(usd)) expect(cost.is).toBe('unknown')
    else expect(cost).toMatchObject({ is: 'known', usd })
  })
})

test('what is counted in is counted out again', () => {
  const quantities = nothingCounted()
  const amounts = [amount('request', 2, 'a|b', 'HeadObject'), amount('kept', 7, 'STANDARD', '', 'd')]
  countQuantities(quantities, ITEM, amounts, 1)
  countQuantities(quantities, ITEM, amounts, 1)
  countQuantities(quantities, ITEM, amounts, -1)
  expect(Object.values(quantities.counts)).toEqual([2, 7])
  countQuantities(quantities, ITEM, amounts, -1)
  expect(quantities).toEqual(nothingCounted())
})

const DAYS = 86_400_000
const EACH = { ...fixedMeasure('kept', 0), times: 1 }

test.each([
  ['a number of its own', fixedMeasure('request', 2), { size: 9, lastModified: 0 }, 2],
  ['its bytes', EACH, { size: 9, lastModified: 0 }, 9],
  ['what is billed at least', { ...EACH, fixed: 1, atLeast: 20 }, { size: 9, lastModified: 0 }, 21],
  [
    'what of that is no byte of it',
    { ...EACH, fixed: 1, atLeast: 20, less: 1 },
    { size: 9, lastModified: 0 },
    12,
  ],
  ['bytes taken away', { ...EACH, times: -1 }, { size: 9, lastModified: 0 }, -9],
  [
    'the days that are left',
    { ...EACH, lasts: { days: 30, asOf: 10.5 * DAYS } },
    { size: 9, lastModified: 0 },
    180,
  ],
  ['no days any more', { ...EACH, lasts: { days: 5, asOf: 10 * DAYS } }, { size: 9, lastModified: 0 }, 0],
  ['dated ahead', { ...EACH, lasts: { days: 5, asOf: 0 } }, { size: 1, lastModified: 2 * DAYS }, 5],
])('a measure of an item: %s', (_, measure, item, amount) => {
  expect(amountOf(measure, item)).toBe(amount)
})

const KEPT = { objectsPerSecond: 10, bytesPerSecond: 100 }
const TWICE = { objectsPerSecond: 20, bytesPerSecond: 200 }

test.each([
  ['the same mix as then', { items: 100, bytes: 1000, kept: [KEPT] }, [8, 12.5]],
  ['larger objects than then', { items: 100, bytes: 10_000, kept: [KEPT] }, [8, 125]],
  ['no bytes', { items: 100, bytes: 0, kept: [KEPT] }, [8, 12.5]],
  ['between the fastest and the slowest', { items: 100, bytes: 1000, kept: [KEPT, TWICE] }, [4, 12.5]],
])('how long: %s', (_, work, [least, most]) => {
  const time = timeOf({ ...work, archived: 0 }, false)
  const { length: jobs } = work.kept
  expect(time).toEqual({ is: 'known', least, most, jobs, of: 'plan', restores: 'none' })
})

test('how long is not said without a measure, of nothing, or of what an archive takes', () => {
  const work = { items: 100, bytes: 1000, archived: 3, kept: [KEPT] }
  expect(timeOf(work, true)).toMatchObject({ least: 8, of: 'so-far', restores: 'apart' })
  expect(timeOf({ ...work, kept: [] }, false)).toEqual({ is: 'no-pace' })
  const still = [{ objectsPerSecond: 0, bytesPerSecond: 0 }]
  expect(timeOf({ ...work, kept: still }, false)).toEqual({ is: 'no-pace' })
  expect(timeOf({ ...work, items: 0 }, false)).toEqual({ is: 'nothing-to-do' })
})
