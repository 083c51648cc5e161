import type { EncryptionToSet, HeaderName, Properties } from './properties.ts'

/** `copy`, `edit`: of s3 cp and its kin; an edit copies onto itself. `copy-object`: of s3api. */
export type AwsCommand = 'copy' | 'edit' | 'copy-object'

const HEADER_OPTIONS: Readonly<Record<HeaderName, string>> = {
  contentType: '--content-type',
  cacheControl: '--cache-control',
  contentDisposition: '--content-disposition',
  contentEncoding: '--content-encoding',
  contentLanguage: '--content-language',
  expires: '--expires',
}

/**
 * What a job says of the properties, as options. What has no option is a loss (`aws-losses.ts`).
 *
 * | property                   | policy        | options                                          |
 * |----------------------------|---------------|--------------------------------------------------|
 * | headers, metadata          | set, change, drop | --metadata-directive REPLACE and their values |
 * | tags                       | drop          | --copy-props metadata-directive; copy-object: --tagging-directive REPLACE |
 * | tags                       | set           | copy-object only: --tagging                      |
 * | class, encryption, canned ACL, redirect, checksum | set | theirs                          |
 */
export function propertyOptions(properties: Properties, command: AwsCommand): readonly string[] {
  return [
    ...headerOptions(properties),
    ...tagOptions(properties, command),
    ...(properties.storageClass.policy === 'set' ? ['--storage-class', properties.storageClass.value] : []),
    ...(properties.encryption.policy === 'set'
      ? encryptionOptions(properties.encryption.value, command)
      : []),
    ...aclOptions(properties),
    ...(properties.redirect.policy === 'set'
      ? [
          command === 'copy-object' ? '--website-redirect-location' : '--website-redirect',
          properties.redirect.value,
        ]
      : []),
    ...(properties.checksum.policy === 'set' ? ['--checksum-algorithm', properties.checksum.value] : []),
  ]
}

function headerOptions({ headers, metadata }: Properties): readonly string[] {
  if (headers.policy === 'copy' && metadata.policy === 'copy') return []
  const values = headers.policy === 'set' ? headers.value : headers.policy === 'change' ? headers.set : {}
  const pairs = metadata.policy === 'set' ? metadata.value : metadata.policy === 'change' ? metadata.set : {}
  const own = Object.entries(values) as [HeaderName, string][]
  return [
    ...['--metadata-directive', 'REPLACE'],
    ...own.flatMap(([name, value]) => [HEADER_OPTIONS[name], value]),
    // As JSON, for values may hold commas and equals signs.
    ...(Object.keys(pairs).length > 0 ? ['--metadata', JSON.stringify(pairs)] : []),
  ]
}

function tagOptions({ tags, headers, metadata }: Properties, command: AwsCommand): readonly string[] {
  if (tags.policy === 'copy') return []
  if (command !== 'copy-object') {
    const replaces = headers.policy !== 'copy' || metadata.policy !== 'copy'
    return tags.policy === 'drop' && !replaces ? ['--copy-props', 'metadata-directive'] : []
  }
  const pairs = tags.policy === 'set' ? tags.value : tags.policy === 'change' ? tags.set : {}
  const query = Object.entries(pairs).map((pair) => pair.map(encodeURIComponent).join('='))
  return ['--tagging-directive', 'REPLACE', ...(query.length > 0 ? ['--tagging', query.join('&')] : [])]
}

function encryptionOptions(encryption: EncryptionToSet, command: AwsCommand): readonly string[] {
  const sse = command === 'copy-object' ? '--server-side-encryption' : '--sse'
  const keyId = command === 'copy-object' ? '--ssekms-key-id' : '--sse-kms-key-id'
  switch (encryption.kind) {
    case 'SSE-S3':
      return [sse, 'AES256']
    case 'SSE-KMS':
    case 'DSSE-KMS': {
      const key = encryption.keyId === undefined ? [] : [keyId, encryption.keyId]
      return [sse, encryption.kind === 'SSE-KMS' ? 'aws:kms' : 'aws:kms:dsse', ...key]
    }
    case 'SSE-C':
      // The key is in a file that only whoever runs the command has.
      return ['--sse-c', 'AES256', '--sse-c-key', `fileb://${encryption.key}.key`]
  }
}

function aclOptions({ acl }: Properties): readonly string[] {
  return acl.policy === 'set' && acl.value.kind === 'canned' ? ['--acl', acl.value.acl] : []
}
