import { randomBytes } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import { badInput, fail } from '#model/failure.ts'
import {
  MANIFEST_FORMATS,
  type ManifestAt,
  type ManifestFound,
  type ManifestSource,
} from '#model/manifest.ts'
import { systemSeams } from '#model/seams.ts'
import { jobSpec, type JobSpec } from '#model/spec.ts'
import { createPace } from '../engine/pace/pace.ts'
import { inspectManifest } from '../manifest/inspect.ts'
import { keptName, manifestFolder } from '../manifest/kept.ts'
import { dataDirectory } from '../serve/data-dir.ts'
import { text, type Options } from './arguments.ts'
import { withStorage } from './open-storage.ts'
import { s3Sources, s3Url, type Surroundings } from './places.ts'
import { choice } from './values.ts'
import { UsageError } from './usage.ts'

/** What --manifest comes to: where the keys are, and the sources that the line does not name. */
export interface ManifestGiven {
  readonly source: ManifestSource
  /** `s3://bucket/` of each bucket in it; none where the line names sources. */
  readonly places: readonly string[]
}

/** Reads through what --manifest names. `hasSources`: only what these select is meant. */
export async function manifestGiven(
  options: Options,
  hasSources: boolean,
  around: Surroundings,
): Promise<ManifestGiven | undefined> {
  const given = text(options, 'manifest')
  const look = text(options, 'look')
  const asked = text(options, 'manifest-format')
  if (given === undefined) {
    const alone = look !== undefined ? 'look' : asked !== undefined ? 'manifest-format' : undefined
    if (alone !== undefined)
      throw new UsageError(`--${alone}: says something of a manifest, and there is no --manifest`)
    return undefined
  }
  const at = await placeOf(given, options, around)
  const found = await inspect(at, options, around)
  const format = asked === undefined ? found.format : choice('manifest-format', asked, MANIFEST_FORMATS)
  if (found.rows === 0) {
    const [first] = found.firstBad
    const why = first === undefined ? '' : ` Line ${first.line}: ${first.reason}`
    throw new UsageError(`--manifest: ${given} names no object.${why}`)
  }
  const source = { at, format, look: choice('look', look ?? 'plan', ['plan', 'send']) }
  return { source, places: hasSources ? [] : found.buckets.map(({ bucket }) => `s3://${bucket}/`) }
}

/** The same job, its keys from the manifest. */
export function withManifest(spec: JobSpec, { source }: ManifestGiven): JobSpec {
  const parsed = jobSpec.safeParse({ ...spec, manifest: source }, { reportInput: true })
  if (!parsed.success) throw new UsageError(badInput(parsed.error).message)
  return parsed.data
}

async function placeOf(given: string, options: Options, around: Surroundings): Promise<ManifestAt> {
  if (given === '-') return { is: 'file', path: await keepInput(text(options, 'data-dir'), around.env) }
  if (!given.startsWith('s3://')) return { is: 'file', path: path.resolve(given) }
  const { bucket, key } = s3Url('--manifest', given)
  if (key === '' || key.endsWith('/'))
    throw new UsageError(`--manifest: must be one object, like s3://bucket/manifest.csv, not "${given}"`)
  const [place] = s3Sources([{ bucket, key: '' }], undefined, options, around)
  if (place === undefined) return fail('internal', 'item', 'The manifest has no place.')
  return { is: 'object', connection: place.connection, bucket, key }
}

/** What comes in is there once: it is kept, for a job reads its manifest again after a stop. */
async function keepInput(dataDir: string | undefined, env: NodeJS.ProcessEnv): Promise<string> {
  const folder = manifestFolder(dataDirectory(dataDir, env))
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const file = path.join(folder, keptName(randomBytes(8).toString('hex'), 'input.csv'))
  try {
    await pipeline(process.stdin, createWriteStream(file, { mode: 0o600 }))
  } catch (error) {
    await rm(file, { force: true })
    throw error
  }
  return file
}

function inspect(at: ManifestAt, options: Options, around: Surroundings): Promise<ManifestFound> {
  const { signal } = new AbortController()
  const request = { seams: systemSeams, pace: createPace({ seams: systemSeams, ceiling: 8 }), signal }
  const unasked = (): Promise<never> => fail('internal', 'item', 'A file is asked of no store.')
  if (at.is === 'file') return inspectManifest(at, { openStorage: async () => unasked(), request })
  const [place] = s3Sources([{ bucket: at.bucket, key: '' }], undefined, options, around)
  if (place === undefined) return unasked()
  return withStorage(place, around.env, (storage) =>
    inspectManifest(at, { openStorage: () => Promise.resolve(storage), request }),
  )
}
