import { createHash, createHmac } from 'node:crypto'
import { LONGEST_LINK } from '#model/bucket.ts'
import type { Credentials } from '#model/connection.ts'
import { amzDate } from '#model/dates.ts'
import { fail } from '#model/failure.ts'
import type { Presign, PresignedLink } from '../storage.ts'
import { encodeQuery } from './encode.ts'
import { signingKey, UNSIGNED_PAYLOAD } from './sign.ts'

/** Where the request would go, and who signs. */
export interface PresignedAt {
  readonly credentials: Credentials
  readonly region: string
  /** Milliseconds since the epoch. */
  readonly at: number
  /** `https://host:port`. */
  readonly origin: string
  /** Encoded, as it stands in the request line. */
  readonly path: string
  readonly host: string
}

/**
 * A GET whose signature is in its query. Source: "Authenticating Requests: Using Query Parameters (AWS Signature
 * Version 4)". Made with temporary keys it ends when they do, whatever it says.
 */
export function presigned(request: Presign, where: PresignedAt): PresignedLink {
  const { expires, versionId, contentDisposition } = request
  if (!Number.isInteger(expires) || expires < 1 || expires > LONGEST_LINK) {
    fail('bad-input', 'item', `expires: must be 1 second to 7 days, not ${expires} seconds`)
  }
  const { credentials, region, at, origin, path, host } = where
  const date = amzDate(at)
  const scope = `${date.slice(0, 8)}/${region}/s3/aws4_request`
  const query: [string, string][] = [
    ['X-Amz-Algorithm', 'AWS4-HMAC-SHA256'],
    ['X-Amz-Credential', `${credentials.accessKeyId}/${scope}`],
    ['X-Amz-Date', date],
    ['X-Amz-Expires', String(expires)],
    ['X-Amz-SignedHeaders', 'host'],
  ]
  const { sessionToken, expiresAt } = credentials
  if (sessionToken !== undefined) query.push(['X-Amz-Security-Token', sessionToken])
  if (versionId !== undefined) query.push(['versionId', versionId])
  if (contentDisposition !== undefined) query.push(['response-content-disposition', contentDisposition])
  const encoded = encodeQuery(query)
  const canonical = `GET\n${path}\n${encoded}\nhost:${host}\n\nhost\n${UNSIGNED_PAYLOAD}`
  const hash = createHash('sha256').update(canonical).digest('hex')
  const signature = createHmac('sha256', signingKey(credentials, date.slice(0, 8), region))
    .update(`AWS4-HMAC-SHA256\n${date}\n${scope}\n${hash}`)
    .digest('hex')
  const ends = at + expires * 1000
  const shorter = sessionToken !== undefined && (expiresAt === undefined || expiresAt < ends)
  return {
    url: `${origin}${path}?${encoded}&X-Amz-Signature=${signature}`,
    until: shorter ? Math.min(ends, expiresAt ?? ends) : ends,
    endsWith: shorter ? 'keys' : 'time',
  }
}
