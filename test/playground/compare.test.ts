import { CopyObjectCommand } from '@aws-sdk/client-s3'
import type { CopyObjectCommandInput } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { AttributeName } from '../../main/playground/differences.ts'
import { inProcessPlayground, sdkClient } from '../helpers/playground.ts'
import type { TestPlayground } from '../helpers/playground.ts'

let playground: TestPlayground
let s3: ReturnType<typeof sdkClient>

const UNTIL = '2999-01-01T00:00:00.000Z'
const LOCK: Partial<CopyObjectCommandInput> = {
  ObjectLockMode: 'GOVERNANCE',
  ObjectLockRetainUntilDate: new Date(UNTIL),
  ObjectLockLegalHoldStatus: 'ON',
}
const LOCK_FIELDS = [
  'x-amz-object-lock-mode',
  'x-amz-object-lock-retain-until-date',
  'x-amz-object-lock-legal-hold',
]

beforeAll(async () => {
  playground = await inProcessPlayground()
  s3 = sdkClient(playground)
  const rules = { ownership: 'ObjectWriter', objectLock: true } as const
  await playground.admin.seed({
    ...rules,
    bucket: 'left',
    key: 'k',
    text: 'x',
    acl: 'public-read',
    retention: { mode: 'GOVERNANCE', until: UNTIL },
    legalHold: 'ON',
    tags: { a: '1' },
  })
  await playground.admin.seed({ ...rules, bucket: 'right', count: 0 })
})

afterAll(async () => {
  s3.destroy()
  await playground.stop()
})

async function differences(
  copy: Partial<CopyObjectCommandInput>,
  attributes?: boolean | readonly AttributeName[],
): Promise<readonly string[]> {
  await s3.send(new CopyObjectCommand({ Bucket: 'right', Key: 'k', CopySource: 'left/k', ...copy }))
  const [a, b] = [
    { bucket: 'left', prefix: '' },
    { bucket: 'right', prefix: '' },
  ]
  const { different } = await playground.admin.compare(a, b, attributes)
  return different.flatMap(({ fields }) => fields)
}

describe('compare', () => {
  test.each<[Partial<CopyObjectCommandInput>, boolean | readonly AttributeName[], readonly string[]]>([
    [{ ...LOCK, ACL: 'public-read' }, true, []],
    [{ ...LOCK, ACL: 'private' }, true, ['acl']],
    [{ ACL: 'public-read' }, true, LOCK_FIELDS],
    [{ ...LOCK, ACL: 'public-read', ObjectLockMode: 'COMPLIANCE' }, true, ['x-amz-object-lock-mode']],
    [{}, true, ['acl', ...LOCK_FIELDS]],
    [{}, ['tags', 'headers'], []],
    [{}, ['acl'], ['acl']],
    [{ TaggingDirective: 'REPLACE' }, ['tags', 'lock'], ['tag a', ...LOCK_FIELDS]],
    [{ TaggingDirective: 'REPLACE' }, false, []],
  ])('a copy with %j, attributes %j, finds %j', async (copy, attributes, expected) => {
    expect(await differences(copy, attributes)).toEqual(expected)
  })

  test('refuses an attribute that it does not know', async () => {
    await expect(differences({}, ['colour' as AttributeName])).rejects.toThrow('compare.attributes must be')
  })
})
