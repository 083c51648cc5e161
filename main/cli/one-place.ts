import type { SourcePlace } from '#model/spec.ts'
import { readAwsProfiles } from '../credentials/aws-files.ts'
import type { Options } from './arguments.ts'
import { thisMachine } from './machine.ts'
import { s3Sources, s3Url } from './places.ts'
import { UsageError } from './usage.ts'

/** One place in S3 as a command names it, and the way there. */
export interface OnePlace {
  readonly source: SourcePlace
  readonly bucket: string
  /** As it was typed: a prefix, which need not end in a slash, or a key. */
  readonly key: string
}

export async function onePlace(
  name: string,
  given: readonly string[],
  options: Options,
  env: NodeJS.ProcessEnv,
): Promise<OnePlace> {
  const [only, ...others] = given
  if (only === undefined) throw new UsageError(`${name} is missing.`)
  if (others.length > 0) throw new UsageError(`${name}: one at a time, not also "${others[0]}"`)
  const url = s3Url(name, only)
  const profiles = new Map((await readAwsProfiles(env)).map((profile) => [profile.name, profile]))
  const [source] = s3Sources([{ ...url, key: '' }], undefined, options, {
    env,
    profileFacts: (profile) => profiles.get(profile),
    machine: thisMachine(),
  })
  if (source === undefined) throw new UsageError(`${name} is missing.`)
  return { source, bucket: url.bucket, key: url.key }
}
