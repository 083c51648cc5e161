import type { StoreProvider } from '#model/providers.ts'
import { readIni, type IniSection } from './ini.ts'
import { keysOf, storeOf, type ElsewhereKeys, type ElsewhereStore } from './store.ts'

/** rclone's names of the providers of its S3 backend. Source: "Amazon S3 storage providers", rclone's documentation. */
const PROVIDERS: ReadonlyMap<string, StoreProvider> = new Map([
  ['aws', 'aws'],
  ['ceph', 'ceph'],
  ['minio', 'minio'],
  ['cloudflare', 'r2'],
  ['wasabi', 'wasabi'],
  ['digitalocean', 'spaces'],
  ['gcs', 'gcs'],
])

/** A configuration that is encrypted begins with this, after comments. */
const SEALED = /^RCLONE_ENCRYPT_V\d+:/

export function isSealedRclone(text: string): boolean {
  // Line by line: one expression over all of them would try each way to share out blank lines.
  const first = text.split('\n').find((line) => !/^\s*([#;]|$)/.test(line))
  return first !== undefined && SEALED.test(first.trimStart())
}

/** The remotes of the kind `s3`. Their secrets stand in the file as they are: only passwords are obscured there. */
export function readRclone(text: string): ElsewhereStore[] {
  if (isSealedRclone(text)) {
    const why =
      'The configuration of rclone is encrypted. Make a copy that is not (rclone config show), drop it here, and delete it.'
    return [
      {
        ...{ from: 'rclone', name: 'rclone.conf', provider: 'other', endpoint: undefined },
        ...{ region: 'us-east-1', addressing: 'path', keys: { are: 'sealed', why } },
      },
    ]
  }
  return readIni(text)
    .filter(({ values }) => values.get('type')?.toLowerCase() === 's3')
    .map(remoteOf)
    .filter((store) => store !== undefined)
}

function remoteOf({ title, values }: IniSection): ElsewhereStore | undefined {
  const pathStyle = values.get('force_path_style')?.toLowerCase()
  return storeOf({
    from: 'rclone',
    name: title,
    provider: PROVIDERS.get(values.get('provider')?.toLowerCase() ?? ''),
    endpoint: values.get('endpoint'),
    region: values.get('region') || values.get('location_constraint'),
    addressing: pathStyle === undefined ? undefined : pathStyle === 'false' ? 'virtual' : 'path',
    keys: remoteKeys(values),
  })
}

/**
 * | env_auth | keys in the file | are                                        |
 * |----------|------------------|--------------------------------------------|
 * | any      | yes              | here                                       |
 * | true     | no               | of the profile that it names, else around it |
 * | else     | no               | none: unsigned                             |
 */
function remoteKeys(values: ReadonlyMap<string, string>): ElsewhereKeys {
  const written = keysOf(
    values.get('access_key_id'),
    values.get('secret_access_key'),
    values.get('session_token'),
  )
  if (written) return written
  if (values.get('env_auth')?.toLowerCase() !== 'true') return { are: 'none', source: { kind: 'anonymous' } }
  const profile = values.get('profile')
  return { are: 'none', source: profile ? { kind: 'profile', profile } : { kind: 'environment' } }
}
