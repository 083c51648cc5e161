import { readIni } from './ini.ts'
import { keysOf, storeOf, type ElsewhereStore } from './store.ts'

/** What `.s3cfg` says: one store. Its proxy is this machine's matter, and is not taken over. */
export function readS3cmd(text: string): ElsewhereStore[] {
  const section = readIni(text).find(({ title }) => title === 'default')
  if (!section) return []
  const { values } = section
  const host = values.get('host_base')
  const secret = values.get('secret_key')
  const store = storeOf({
    from: 's3cmd',
    name: 's3cmd',
    endpoint: host,
    secure: values.get('use_https')?.toLowerCase() !== 'false',
    region: regionOf(values.get('bucket_location')),
    // `%(bucket)s.host` puts the bucket before the name, `host` or `host/%(bucket)s` does not.
    addressing: /^%\(bucket\)s\./.test(values.get('host_bucket') ?? '') ? 'virtual' : 'path',
    keys: keysOf(values.get('access_key'), secret, values.get('access_token')) ?? {
      are: 'none',
      source: { kind: 'environment' },
    },
  })
  return store ? [{ ...store, name: host ? `s3cmd ${host}`.slice(0, 80) : 's3cmd' }] : []
}

/** `US` and `EU` are the names from before there were Regions. */
function regionOf(location: string | undefined): string | undefined {
  if (location === 'US') return 'us-east-1'
  return location === 'EU' ? 'eu-west-1' : location
}
