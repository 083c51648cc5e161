import type { Connection, PROVIDERS } from './connection.ts'

/** The playground is made by opening it, and nobody chooses it. */
export type StoreProvider = Exclude<(typeof PROVIDERS)[number], 'playground'>

/** What is written down about a kind of store. What its server does is asked of the server itself (engine/habits.ts). */
export interface ProviderFacts {
  readonly name: string
  /**
   * Where it is: undefined where it follows from the Region (AWS); `''` where only the person knows.
   * `<region>` and `<account>` stand for what has to be put in.
   */
  readonly endpoint: string | undefined
  /** To begin with. */
  readonly region: string
  /** Whether it has Regions to choose from, one that is always the same, or one that its administrator named. */
  readonly regions: 'many' | 'one' | 'own'
  readonly addressing: Connection['addressing']
  /** What one has to know or have before it works: sentences. */
  readonly needs: readonly string[]
  /** Where its keys are made. */
  readonly keys: string
  /** What it does otherwise than S3, as far as its own pages say: sentences. */
  readonly differences: readonly string[]
}

const AWS_KEYS = 'Of an IAM user, a role, or IAM Identity Center (SSO).'

/**
 * Sources, as they stood in 2026: "Amazon S3 endpoints and quotas" with its pages about GovCloud and China; "S3 API
 * compatibility" and "Data location" (Cloudflare R2); "S3-Compatible App Keys" and "Introduction to the S3-Compatible
 * API" (Backblaze); "REST API introduction" (Wasabi); "Simple migration" and "HMAC keys" (Google Cloud Storage);
 * "Spaces S3 compatibility" and "Spaces limits" (DigitalOcean). Habits are not guessed from these.
 */
export const PROVIDER_FACTS: Readonly<Record<StoreProvider, ProviderFacts>> = {
  aws: {
    name: 'AWS',
    endpoint: undefined,
    region: 'us-east-1',
    regions: 'many',
    addressing: 'virtual',
    needs: [
      'Any Region does to begin with: a bucket in another one is found.',
      'Listing the buckets needs s3:ListAllMyBuckets; without it, name the buckets.',
    ],
    keys: AWS_KEYS,
    differences: [],
  },
  'aws-us-gov': {
    name: 'AWS GovCloud (US)',
    endpoint: undefined,
    region: 'us-gov-west-1',
    regions: 'many',
    addressing: 'virtual',
    needs: ['A partition of its own: keys of the other Regions of AWS are not known there.'],
    keys: AWS_KEYS,
    differences: ['Nothing is copied on the server between it and the other Regions of AWS.'],
  },
  'aws-cn': {
    name: 'AWS China',
    endpoint: undefined,
    region: 'cn-north-1',
    regions: 'many',
    addressing: 'virtual',
    needs: ['A partition of its own: keys of the other Regions of AWS are not known there.'],
    keys: AWS_KEYS,
    differences: ['Nothing is copied on the server between it and the other Regions of AWS.'],
  },
  ceph: {
    name: 'Ceph',
    endpoint: '',
    region: 'default',
    regions: 'own',
    addressing: 'path',
    needs: ['The URL of the RADOS Gateway. Its Region is the name of the zonegroup; most take any.'],
    keys: 'Of an S3 user of the gateway: radosgw-admin user create.',
    differences: [],
  },
  minio: {
    name: 'MinIO',
    endpoint: '',
    region: 'us-east-1',
    regions: 'own',
    addressing: 'path',
    needs: ['The URL of the API, often port 9000, and not that of the console.'],
    keys: 'An access key, made in the console or by mc admin.',
    differences: [],
  },
  r2: {
    name: 'Cloudflare R2',
    endpoint: 'https://<account>.r2.cloudflarestorage.com',
    region: 'auto',
    regions: 'one',
    addressing: 'path',
    needs: [
      'The account id, which the R2 page of the dashboard shows.',
      'Buckets of a jurisdiction have an endpoint of their own: <account>.eu.r2.cloudflarestorage.com, or us, or fedramp.',
    ],
    keys: 'An R2 API token. One that is for some buckets only cannot list them: name the buckets.',
    differences: [],
  },
  b2: {
    name: 'Backblaze B2',
    endpoint: 'https://s3.<region>.backblazeb2.com',
    region: 'us-west-004',
    regions: 'many',
    addressing: 'path',
    needs: ['The Region of the account, which stands in the endpoint that each bucket shows.'],
    keys: 'An application key; the master key is not taken here. One that is for a single bucket needs listAllBucketNames, or the bucket has to be named.',
    differences: ['Public buckets cannot be listed without keys.'],
  },
  wasabi: {
    name: 'Wasabi',
    endpoint: 'https://s3.<region>.wasabisys.com',
    region: 'us-east-1',
    regions: 'many',
    addressing: 'path',
    needs: ['The Region of the bucket: each has an endpoint of its own.'],
    keys: 'An access key of the console.',
    differences: [],
  },
  gcs: {
    name: 'Google Cloud Storage',
    endpoint: 'https://storage.googleapis.com',
    region: 'auto',
    regions: 'one',
    addressing: 'path',
    needs: ['The interoperability access, and a default project for it: under Settings of Cloud Storage.'],
    keys: 'An HMAC key of a service account or a user.',
    differences: ['It speaks S3 by its XML API; what that does not have is refused.'],
  },
  spaces: {
    name: 'DigitalOcean Spaces',
    endpoint: 'https://<region>.digitaloceanspaces.com',
    region: 'fra1',
    regions: 'many',
    addressing: 'virtual',
    needs: ['The Region of the bucket, such as fra1 or nyc3: each has an endpoint of its own.'],
    keys: 'A Spaces access key.',
    differences: ['Nothing is copied on the server from one Region to another.'],
  },
  other: {
    name: 'S3-compatible server',
    endpoint: '',
    region: 'us-east-1',
    regions: 'own',
    addressing: 'path',
    needs: ['The URL of its S3 API.'],
    keys: 'As its administrator gives them out.',
    differences: [],
  },
}

/** AWS itself, of whatever partition: its endpoint follows from the Region. */
export function isAwsProvider(provider: Connection['provider']): boolean {
  return provider === 'aws' || provider === 'aws-us-gov' || provider === 'aws-cn'
}

/** The partition that a Region of AWS is in. Source: "AWS partitions": the prefix of a Region's name tells. */
export function awsProviderOf(region: string): 'aws' | 'aws-us-gov' | 'aws-cn' {
  if (region.startsWith('cn-')) return 'aws-cn'
  return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws'
}

/** The template with what is known put in; a `<…>` that nobody filled stays, for a person to see. */
export function endpointFor(
  provider: StoreProvider,
  known: { readonly region?: string | undefined; readonly account?: string | undefined },
): string | undefined {
  const { endpoint } = PROVIDER_FACTS[provider]
  return endpoint
    ?.replace('<region>', known.region || '<region>')
    .replace('<account>', known.account || '<account>')
}

/** By the end of the host name, with the Region where the name holds it. */
const BY_HOST: readonly (readonly [host: RegExp, provider: StoreProvider])[] = [
  [/(?:^|\.)s3(?:[.-](?:dualstack\.|fips[.-])?(?<region>us-gov-[a-z]+-\d))\.amazonaws\.com$/, 'aws-us-gov'],
  [/(?:^|\.)s3(?:[.-](?:dualstack\.)?(?<region>cn-[a-z]+-\d))?\.amazonaws\.com\.cn$/, 'aws-cn'],
  [
    /(?:^|\.)s3(?:-fips|-accelerate)?(?:[.-](?:dualstack\.|fips\.)?(?<region>[a-z]{2}(?:-[a-z]+)+-\d))?\.amazonaws\.com$/,
    'aws',
  ],
  [/(?:^|\.)r2\.cloudflarestorage\.com$/, 'r2'],
  [/(?:^|\.)s3\.(?<region>[a-z0-9-]+)\.backblazeb2\.com$/, 'b2'],
  [/(?:^|\.)s3(?:\.(?<region>[a-z0-9-]+))?\.wasabisys\.com$/, 'wasabi'],
  [/(?:^|\.)storage\.googleapis\.com$/, 'gcs'],
  [/(?:^|\.)(?<region>[a-z]{3}\d)\.digitaloceanspaces\.com$/, 'spaces'],
]

/**
 * What kind of store stands at an endpoint, by its name alone: a guess for presets and imports, on which nothing
 * depends. No endpoint is AWS, of the partition that the Region is in. A URL that is none is `other`.
 */
export function providerOf(endpoint: string | undefined, region = ''): StoreProvider {
  if (endpoint === undefined || endpoint === '') return awsProviderOf(region)
  return recognised(endpoint)?.provider ?? 'other'
}

/** The Region that an endpoint's name holds, or that its store always has. */
export function regionIn(endpoint: string): string | undefined {
  const found = recognised(endpoint)
  if (!found) return undefined
  const { region, regions } = PROVIDER_FACTS[found.provider]
  if (found.region !== undefined) return found.region
  // s3.amazonaws.com and s3.wasabisys.com are the first Region's.
  return regions === 'one' || found.provider === 'aws' || found.provider === 'wasabi' ? region : undefined
}

function recognised(endpoint: string): { provider: StoreProvider; region: string | undefined } | undefined {
  if (!URL.canParse(endpoint)) return undefined
  const host = new URL(endpoint).hostname.toLowerCase().replace(/\.$/, '')
  for (const [pattern, provider] of BY_HOST) {
    const match = pattern.exec(host)
    if (match) return { provider, region: match.groups?.['region'] }
  }
  return undefined
}
