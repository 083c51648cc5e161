import type { Connection } from '#model/connection.ts'
import { endpointFor, PROVIDER_FACTS, type StoreProvider } from '#model/providers.ts'

/** The cards of the kinds of store: a short name each, and whose it is. */
export const PROVIDER_CARDS: Readonly<
  Record<StoreProvider, { readonly label: string; readonly hint?: string }>
> = {
  aws: { label: 'AWS', hint: 'S3' },
  'aws-us-gov': { label: 'GovCloud', hint: 'AWS' },
  'aws-cn': { label: 'China', hint: 'AWS' },
  ceph: { label: 'Ceph', hint: 'RGW' },
  minio: { label: 'MinIO' },
  r2: { label: 'R2', hint: 'Cloudflare' },
  b2: { label: 'B2', hint: 'Backblaze' },
  wasabi: { label: 'Wasabi' },
  gcs: { label: 'GCS', hint: 'Google' },
  spaces: { label: 'Spaces', hint: 'DigitalOcean' },
  other: { label: 'Other', hint: 'any S3' },
}

/** What kind of store a connection leads to, as its line in the list says it. */
export function providerName(provider: Connection['provider']): string {
  if (provider === 'playground') return 'On this machine'
  return provider === 'other' ? 'S3-compatible' : PROVIDER_FACTS[provider].name
}

/** The endpoint that a kind of store usually has; `''` where none is written down, or none is needed. */
export function usualEndpoint(provider: StoreProvider, region: string): string {
  return endpointFor(provider, { region: region.trim() }) ?? ''
}
