import { describe, expect, it } from 'vitest'
import { PROVIDERS } from '../../main/model/connection.ts'
import { endpointFor, PROVIDER_FACTS, providerOf, regionIn } from '../../main/model/providers.ts'

describe('providerOf and regionIn', () => {
  it.each([
    ['https://s3.amazonaws.com', 'aws', 'us-east-1'],
    ['https://s3.eu-central-1.amazonaws.com', 'aws', 'eu-central-1'],
    ['https://bucket.s3.dualstack.ap-southeast-2.amazonaws.com/', 'aws', 'ap-southeast-2'],
    ['https://s3-eu-west-1.amazonaws.com', 'aws', 'eu-west-1'],
    ['https://s3.us-gov-east-1.amazonaws.com', 'aws-us-gov', 'us-gov-east-1'],
    ['https://s3-fips.us-gov-west-1.amazonaws.com', 'aws-us-gov', 'us-gov-west-1'],
    ['https://s3.cn-northwest-1.amazonaws.com.cn', 'aws-cn', 'cn-northwest-1'],
    ['https://abc123.r2.cloudflarestorage.com', 'r2', 'auto'],
    ['https://abc123.eu.r2.cloudflarestorage.com', 'r2', 'auto'],
    ['https://s3.us-west-004.backblazeb2.com', 'b2', 'us-west-004'],
    ['https://s3.wasabisys.com', 'wasabi', 'us-east-1'],
    ['https://s3.eu-central-2.wasabisys.com', 'wasabi', 'eu-central-2'],
    ['https://storage.googleapis.com', 'gcs', 'auto'],
    ['https://FRA1.digitaloceanspaces.com', 'spaces', 'fra1'],
    ['https://amazonaws.com.evil.example', 'other', undefined],
    ['https://s3.amazonaws.com.evil.example', 'other', undefined],
    ['https://nots3.wasabisys.com.example', 'other', undefined],
    ['http://127.0.0.1:9000', 'other', undefined],
    ['no url', 'other', undefined],
  ])('%s is %s in %s', (endpoint, provider, region) => {
    expect(providerOf(endpoint)).toBe(provider)
    expect(regionIn(endpoint)).toBe(region)
  })

  it('without an endpoint it is the partition of the Region', () => {
    expect(
      [undefined, '', 'eu-west-1', 'us-gov-east-1', 'cn-north-1'].map((region) =>
        providerOf(undefined, region),
      ),
    ).toEqual(['aws', 'aws', 'aws', 'aws-us-gov', 'aws-cn'])
  })
})

describe('the facts', () => {
  it('are there for every provider, and their own endpoints are recognised', () => {
    for (const provider of PROVIDERS) {
      if (provider === 'playground') continue
      const { endpoint, region } = PROVIDER_FACTS[provider]
      const filled = endpointFor(provider, { region, account: 'abc123' })
      if (endpoint)
        expect([provider, providerOf(filled), regionIn(filled ?? '')]).toEqual([provider, provider, region])
      else expect(['aws', 'aws-us-gov', 'aws-cn', 'ceph', 'minio', 'other']).toContain(provider)
    }
  })

  it('leave open what nobody filled in', () => {
    expect(endpointFor('r2', {})).toBe('https://<account>.r2.cloudflarestorage.com')
    expect(endpointFor('aws', { region: 'eu-west-1' })).toBeUndefined()
  })
})
