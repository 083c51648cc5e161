import type { EndpointConfig } from '#model/connection.ts'
import type { EndpointHabits } from './storage.ts'

/** What an answer shows of the server that sent it. */
export interface ServerSigns {
  /** The Server header. */
  readonly server?: string | undefined
  /** x-amz-request-id. */
  readonly requestId?: string | undefined
}

const NOTHING_KEPT = {
  copySourceIfMatch: false,
  partSourceIfMatch: false,
  writeConditions: false,
  deleteIfMatch: false,
  deletesByEtag: false,
  taggingDirective: false,
  selfCopyKeepsTags: false,
  createUploadTagging: false,
  copyEncrypts: false,
  checksums: false,
  annotations: false,
  updateEncryption: false,
  answersInFull: false,
  listsInOrder: false,
}
const EVERYTHING_KEPT = {
  copySourceIfMatch: true,
  partSourceIfMatch: true,
  writeConditions: true,
  deleteIfMatch: true,
  deletesByEtag: true,
  taggingDirective: true,
  selfCopyKeepsTags: true,
  createUploadTagging: true,
  copyEncrypts: true,
  checksums: true,
  annotations: true,
  updateEncryption: true,
  answersInFull: true,
  listsInOrder: true,
}

const AWS: EndpointHabits = { name: 'AWS', ...EVERYTHING_KEPT, copies: 'one-part' }
const PLAYGROUND: EndpointHabits = {
  name: 'Decant playground',
  ...EVERYTHING_KEPT,
  etags: 'opaque',
  copies: 'one-part',
}
/** As 16.2 answered; nothing tells it from its neighbours, so every old one counts as it. */
const OLD_CEPH: EndpointHabits = { name: 'Ceph RGW', ...NOTHING_KEPT, listsInOrder: true }
/** As 20.2 answered: it names itself in the Server header. If-None-Match on CopyObject is still ignored. */
const NEW_CEPH: EndpointHabits = {
  name: 'Ceph RGW',
  ...NOTHING_KEPT,
  copySourceIfMatch: true,
  deleteIfMatch: true,
  createUploadTagging: true,
  copyEncrypts: true,
  listsInOrder: true,
}
/** Nothing known, so nothing trusted: the engine looks before and after. */
const UNKNOWN: EndpointHabits = { name: 'S3-compatible server', ...NOTHING_KEPT }

/** Before a first answer: what the connection's address alone tells. */
export function presumedHabits(config: EndpointConfig): EndpointHabits {
  return isAws(config) ? AWS : UNKNOWN
}

/**
 * By an answer's headers. Signs that anybody can send are believed only from where they prove nothing dangerous:
 * the address decides about AWS, for a proxy may answer `Server: AmazonS3` too.
 */
export function habitsOf(config: EndpointConfig, signs: ServerSigns): EndpointHabits {
  if (isAws(config)) return AWS
  const { server = '', requestId = '' } = signs
  if (server === 'Decant-Playground') return PLAYGROUND
  if (/^Ceph Object Gateway/i.test(server)) return NEW_CEPH
  // Ceph's request ids are `tx…-…-…-zone`.
  if (/^tx[0-9a-f]{18,}-/.test(requestId)) return OLD_CEPH
  if (/^MinIO/i.test(server)) return { ...UNKNOWN, name: 'MinIO' }
  if (/^cloudflare/i.test(server)) return { ...UNKNOWN, name: 'Cloudflare R2' }
  return UNKNOWN
}

/** Everything about an endpoint that is either so or not. */
export type HabitFlag = Exclude<keyof EndpointHabits, 'name' | 'holds' | 'etags' | 'copies'>
export const HABIT_FLAGS = Object.keys(NOTHING_KEPT) as readonly HabitFlag[]

/** What a probe saw, as it is remembered; flags that this version does not know are left alone. */
export type SeenHabits = Readonly<Record<string, boolean>>

/** What was seen counts for more than what a name lets presume. */
function habitsSeen(presumed: EndpointHabits, seen: SeenHabits | undefined): EndpointHabits {
  if (seen === undefined) return presumed
  const known = HABIT_FLAGS.filter((flag) => seen[flag] !== undefined)
  return { ...presumed, ...Object.fromEntries(known.map((flag) => [flag, seen[flag]])) }
}

/** What is known of one endpoint while it is spoken to. */
export class Habits {
  current: EndpointHabits
  readonly #config: EndpointConfig
  readonly #seen: SeenHabits | undefined
  #identified = false

  constructor(config: EndpointConfig, seen: SeenHabits | undefined) {
    this.#config = config
    this.#seen = seen
    this.current = habitsSeen(presumedHabits(config), seen)
  }

  /** By the headers of an answer, the first that bears S3's request id. */
  notice(headers: Readonly<Record<string, string | undefined>>): void {
    const requestId = headers['x-amz-request-id']
    if (this.#identified || requestId === undefined) return
    this.#identified = true
    const told = habitsOf(this.#config, { server: headers['server'], requestId })
    this.current = habitsSeen(told, this.#seen)
  }
}

/** No endpoint of its own, or one of Amazon's names. */
export function isAws(config: EndpointConfig): boolean {
  if (config.endpoint === undefined) return true
  return /(^|\.)amazonaws\.com(\.cn)?$/.test(new URL(config.endpoint).hostname)
}
