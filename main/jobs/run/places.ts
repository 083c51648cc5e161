import { gatheredDeletes } from '../../engine/deletes/gathered-deletes.ts'
import { counted } from '../../engine/counted.ts'
import type { BeforeRequest } from '../../engine/counted.ts'
import type { OpenStorage, Storage } from '../../engine/storage.ts'
import { legsOf } from '../plan/legs.ts'
import type { LegStorages, StoragesOf } from '../plan/legs.ts'
import type { Place } from './reachability.ts'
import { isLocal } from '#model/local.ts'
import { lookedAt } from '#model/spec.ts'
import type { DestinationPlace, JobSpec, SourcePlace } from '#model/spec.ts'

/** The storages of a job's places, for one user of them: what is sent through them is counted for it alone. */
export interface Places {
  readonly of: StoragesOf
  /** Those of an undo's `copiedFrom`, in their order. */
  readonly copiedFrom: readonly Storage[]
  /** Each bucket once, with the storage through which it is asked. */
  readonly all: readonly Place[]
  /** Requests sent through these, by operation. What is read and written on this machine is none. */
  readonly requests: Readonly<Record<string, number>>
}

/** Opens every place of a job, once for each way of asking for it. */
export async function openPlaces(
  spec: JobSpec,
  openStorage: OpenStorage,
  before?: BeforeRequest,
): Promise<Places> {
  const opened = new Map<string, Promise<Storage>>()
  const faces = new Map<Storage, Storage>()
  const asked = new Set<Storage>()
  const all = new Map<string, Place>()
  const open = async (place: SourcePlace | DestinationPlace): Promise<Storage> => {
    const { connection, owner, requesterPays } = place
    const name = JSON.stringify([connection.id, connection.config, owner, requesterPays])
    const storage = await (opened.get(name) ??
      remember(name, openStorage(connection, { owner, requesterPays })))
    const face = faces.get(storage) ?? (isLocal(place) ? storage : gatheredDeletes(counted(storage, before)))
    faces.set(storage, face)
    if (!isLocal(place)) asked.add(face)
    all.set(`${name} ${place.bucket}`, { storage: face, bucket: place.bucket })
    return face
  }
  const remember = (name: string, opening: Promise<Storage>): Promise<Storage> => {
    opened.set(name, opening)
    return opening
  }
  const legs: LegStorages[] = []
  for (const leg of legsOf(spec)) {
    const source = await open(leg.source)
    legs.push({ source, destination: leg.destination === undefined ? source : await open(leg.destination) })
  }
  const copiedFrom: Storage[] = []
  for (const place of lookedAt(spec)) copiedFrom.push(await open(place))
  return {
    copiedFrom,
    of: (leg) => legs[leg.n] as LegStorages,
    all: [...all.values()],
    get requests() {
      return sum([...asked].map(({ requests }) => requests))
    },
  }
}

/** Counts by operation, added up. */
export function sum(counts: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const total: Record<string, number> = {}
  for (const one of counts) {
    for (const [operation, count] of Object.entries(one)) total[operation] = (total[operation] ?? 0) + count
  }
  return total
}
