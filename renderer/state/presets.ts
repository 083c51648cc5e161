import type { Connection } from '#model/connection.ts'

export type Provider = Exclude<Connection['provider'], 'playground'>

/** What a kind of store usually needs. `<…>` is what only the person knows. */
export interface Preset {
  readonly label: string
  readonly hint?: string | undefined
  readonly endpoint: string
  readonly region: string
  readonly addressing: Connection['addressing']
}

/** Sources: the "S3 compatibility" pages of each provider. */
export const PRESETS: Readonly<Record<Provider, Preset>> = {
  aws: { label: 'AWS', hint: 'S3', endpoint: '', region: 'us-east-1', addressing: 'virtual' },
  'aws-us-gov': {
    label: 'AWS GovCloud',
    endpoint: '',
    region: 'us-gov-west-1',
    addressing: 'virtual',
  },
  'aws-cn': { label: 'AWS China', endpoint: '', region: 'cn-north-1', addressing: 'virtual' },
  ceph: { label: 'Ceph', hint: 'RGW', endpoint: '', region: 'default', addressing: 'path' },
  minio: { label: 'MinIO', endpoint: '', region: 'us-east-1', addressing: 'path' },
  r2: {
    label: 'R2',
    hint: 'Cloudflare',
    endpoint: 'https://<account>.r2.cloudflarestorage.com',
    region: 'auto',
    addressing: 'path',
  },
  b2: {
    label: 'B2',
    hint: 'Backblaze',
    endpoint: 'https://s3.us-west-004.backblazeb2.com',
    region: 'us-west-004',
    addressing: 'path',
  },
  wasabi: {
    label: 'Wasabi',
    endpoint: 'https://s3.wasabisys.com',
    region: 'us-east-1',
    addressing: 'path',
  },
  gcs: {
    label: 'GCS',
    hint: 'XML API',
    endpoint: 'https://storage.googleapis.com',
    region: 'auto',
    addressing: 'path',
  },
  spaces: {
    label: 'Spaces',
    hint: 'DigitalOcean',
    endpoint: 'https://fra1.digitaloceanspaces.com',
    region: 'fra1',
    addressing: 'virtual',
  },
  other: { label: 'Other', hint: 'custom', endpoint: '', region: 'us-east-1', addressing: 'path' },
}

/** What kind of store a connection leads to, as its line in the list says it. */
export function providerName(provider: Connection['provider']): string {
  if (provider === 'playground') return 'On this machine'
  return provider === 'other' ? 'S3-compatible' : PRESETS[provider].label
}
