import { LOCAL_CONNECTION } from '#model/local.ts'
import { PLAIN_SOURCE } from '#model/spec.ts'
import type { DestinationPlace, SourcePlace } from '#model/spec.ts'
import { flag, type Options } from './arguments.ts'
import { isFolderHere, isFolderKey, isLocalPath, localDestination, localSource } from './local-places.ts'
import type { LocalSource } from './local-places.ts'
import type { Machine } from './machine.ts'
import { owner, s3Destination, s3Sources, s3Url, type S3Url, type Surroundings } from './places.ts'
import { UsageError } from './usage.ts'

/** A place as it stands on the command line. */
export interface Given {
  readonly text: string
  readonly isLocal: boolean
}

export function given(name: string, text: string): Given {
  return { text, isLocal: isLocalPath(name, text) }
}

/** Where things go: a bucket, or of this machine the nearest folder that is there, and the key in it. */
export interface Target extends S3Url {
  readonly isLocal: boolean
}

/** `many`: more than one object goes there. */
export function target(name: string, { text, isLocal }: Given, many: boolean, machine: Machine): Target {
  const place = isLocal ? localDestination(name, text, many, machine) : s3Url(name, text)
  return { ...place, isLocal }
}

/** Whether more than one object may come from it. */
export function isMany({ text, isLocal }: Given, options: Options, machine: Machine): boolean {
  if (isLocal) return isFolderHere(text, machine)
  return flag(options, 'recursive') || isFolderKey(s3Url('SOURCE', text))
}

/** The sources as a job file would have them; files of one folder are one of them. */
export function sourcePlaces(
  all: readonly Given[],
  to: Target | undefined,
  options: Options,
  around: Surroundings,
): SourcePlace[] {
  const urls = all.filter(({ isLocal }) => !isLocal).map(({ text }) => s3Url('SOURCE', text))
  const files = all.filter(({ isLocal }) => isLocal)
  if (files.length === 0 || to === undefined) return s3Sources(urls, to, options, around)
  if (to.isLocal) {
    const both = 'SOURCE and DEST are both on this computer'
    throw new UsageError(`${both}: one of them must be like s3://bucket/prefix/`)
  }
  const refused = ['versions', 'version-id', 'sse-c-source-key'].find((name) => options[name] !== undefined)
  if (urls.length === 0 && refused !== undefined)
    throw new UsageError(`--${refused}: SOURCE is on this computer, where files have none`)
  const recursive = flag(options, 'recursive')
  const found = files.map(({ text }) => localSource(text, to, recursive, around.machine))
  return [...s3Sources(urls, to, options, around), ...localPlaces(found)]
}

function localPlaces(sources: readonly LocalSource[]): SourcePlace[] {
  const places = new Map<string, { bucket: string; base: string; select: LocalSource['select'][] }>()
  for (const { bucket, base, select } of sources) {
    const name = JSON.stringify([bucket, base])
    const place = places.get(name) ?? { bucket, base, select: [] }
    place.select.push(select)
    places.set(name, place)
  }
  return [...places.values()].map((place) => ({ ...PLAIN_SOURCE, connection: LOCAL_CONNECTION, ...place }))
}

/** `isUpload`: nothing comes from a store, so that the options of the one store there is may go without `--dest-`. */
export function destinationPlaces(
  all: readonly Target[],
  isUpload: boolean,
  options: Options,
  around: Surroundings,
): DestinationPlace[] {
  const far = Object.keys(options).find((name) => name.startsWith('dest-') && options[name] !== undefined)
  if (far !== undefined && all.every(({ isLocal }) => isLocal))
    throw new UsageError(`--${far}: DEST is on this computer, which needs none`)
  const access = {
    requesterPays: flag(options, 'dest-requester-pays') || (isUpload && flag(options, 'requester-pays')),
    ...(isUpload && owner(options, '')),
    ...owner(options, 'dest-'),
  }
  return all.map(({ bucket, key, isLocal }) =>
    isLocal
      ? { connection: LOCAL_CONNECTION, bucket, prefix: key, requesterPays: false }
      : s3Destination({ bucket, key }, access, options, around),
  )
}
