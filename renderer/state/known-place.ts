import type { Connection } from '#model/connection.ts'
import { bucketName, keyPrefix } from '#model/spec.ts'

type KnownPlace = NonNullable<Connection['places']>[number]

/** `bucket`, `bucket/prefix/`, each with or without `s3://`. */
export function parseKnownPlace(text: string): KnownPlace {
  const path = text.trim().replace(/^s3:\/\//, '')
  const slash = path.indexOf('/')
  if (slash < 0) return { bucket: path, prefix: '' }
  return { bucket: path.slice(0, slash), prefix: path.slice(slash + 1) }
}

export function formatKnownPlace({ bucket, prefix }: KnownPlace): string {
  return prefix === '' ? bucket : `${bucket}/${prefix}`
}

/** What is wrong with one that is typed. */
export function knownPlaceProblem(text: string): string | undefined {
  const { bucket, prefix } = parseKnownPlace(text)
  if (bucket === '') return 'Begin with the name of a bucket.'
  if (!bucketName.safeParse(bucket).success) return 'The name of a bucket has at most 255 characters.'
  return keyPrefix.safeParse(prefix).success ? undefined : 'A prefix has at most 1,024 bytes.'
}
