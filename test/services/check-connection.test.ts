import { describe, expect, it } from 'vitest'
import type { Connection } from '#model/connection.ts'
import { checkConnection } from '../../main/services/check-connection.ts'

const GOOD: Connection = {
  id: 'c',
  name: 'Mine',
  provider: 'aws',
  color: 1,
  readOnly: false,
  region: 'us-east-1',
  addressing: 'virtual',
  credentials: { kind: 'environment' },
}

describe('a connection that is to be saved', () => {
  it.each<[Partial<Connection>, string | undefined]>([
    [{}, undefined],
    [{ region: 'us-gov-west-1' }, 'region: us-gov-west-1 is a Region of AWS GovCloud (US), and this is AWS'],
    [{ provider: 'aws-us-gov', region: 'us-gov-west-1' }, undefined],
    [
      { provider: 'aws-us-gov', region: 'us-east-1' },
      'region: us-east-1 is a Region of AWS, and this is AWS GovCloud',
    ],
    [{ provider: 'aws-cn', region: 'cn-north-1' }, undefined],
    [{ provider: 'minio' }, 'endpoint: say at which URL'],
    [{ provider: 'minio', endpoint: 'http://127.0.0.1:9000' }, undefined],
    [
      { provider: 'r2', endpoint: 'https://<account>.r2.cloudflarestorage.com' },
      'endpoint: put your own account',
    ],
    [{ credentials: { kind: 'anonymous' } }, undefined],
    [{ credentials: { kind: 'local' } }, 'credentials: folders of this computer'],
    [{ trustedCertificate: 'a'.repeat(64) }, undefined],
    [
      { provider: 'other', endpoint: 'http://h', trustedCertificate: 'a'.repeat(64) },
      'trustedCertificate: the endpoint speaks plain HTTP',
    ],
    [{ places: [{ bucket: 'b', prefix: 'x/' }] }, undefined],
    [{ places: [{ bucket: 'b/x', prefix: '' }] }, 'places.0.bucket: must be the name of a bucket'],
    [{ provider: 'playground' }, 'provider: there is one playground'],
    [{ id: 'playground' }, 'provider: there is one playground'],
  ])('%j: %s', (changes, refusal) => {
    const check = (): void => checkConnection({ ...GOOD, ...changes }, false)
    if (refusal === undefined) expect(check).not.toThrow()
    else expect(check).toThrow(`connection.${refusal}`)
  })
})
