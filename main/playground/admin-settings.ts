import { readAccess } from './access-request.ts'
import { newAccount } from './accounts.ts'
import { findEntry } from './bucket.ts'
import { ARCHIVE_TIERS } from './guard.ts'
import { Fields, InputError, show } from './input.ts'
import { toByteKey } from './keys.ts'
import type { Mutation } from './mutation.ts'
import type { Playground } from './playground.ts'

/**
 * The admin requests that change the playground itself: its clock, its accounts and what they may do.
 * Undefined for another request. @throws InputError
 */
export async function answerSettings(
  playground: Playground,
  route: string,
  body: unknown,
): Promise<object | undefined> {
  const answer = settle(playground, route, body)
  // As for requests to S3: what was answered is kept.
  await playground.flushed()
  return answer
}

function settle(playground: Playground, route: string, body: unknown): object | undefined {
  switch (route) {
    case 'GET /clock':
      return readClock(playground)
    case 'POST /clock':
      playground.set({ op: 'AdvanceClock', seconds: readAdvance(body) })
      return readClock(playground)
    case 'POST /regions':
      playground.regions.set(body)
      return {}
    case 'POST /accounts':
      return addAccount(playground, body)
    case 'POST /access':
      playground.commit(readAccess(playground, body))
      return {}
    case 'POST /archive':
      playground.commit(readArchive(playground, body))
      return {}
    default:
      return undefined
  }
}

/** Puts an object of INTELLIGENT_TIERING into an archive tier, as ninety days without a reader would. */
function readArchive({ store, now }: Playground, body: unknown): Mutation {
  const fields = new Fields(body, 'archive')
  const name = fields.requiredText('bucket')
  const key = toByteKey(fields.requiredText('key'))
  const versionId = fields.text('versionId')
  const archive = fields.oneOf('tier', ARCHIVE_TIERS) ?? 'ARCHIVE_ACCESS'
  fields.end()
  const bucket = store.buckets.get(name)
  const entry = bucket === undefined ? undefined : findEntry(bucket, key, versionId)
  if (entry?.kind !== 'object' || entry.storageClass !== 'INTELLIGENT_TIERING') {
    throw new InputError('archive.key must be the key of an object in INTELLIGENT_TIERING')
  }
  const { restore: _, ...guard } = entry.guard ?? {}
  const change = { bucket: name, key, versionId: entry.versionId, guard: { ...guard, archive } }
  return { op: 'Archive', time: now(), ...change }
}

/** A hundred years: dates stay within what HTTP can say. */
const LARGEST_ADVANCE = 100 * 366 * 24 * 3600

function readClock({ clock }: Playground): object {
  return { now: clock.now(), ahead: clock.ahead }
}

function readAdvance(body: unknown): number {
  const fields = new Fields(body, 'clock')
  const seconds = fields.integer('advance', 0, LARGEST_ADVANCE)
  fields.end()
  if (seconds === undefined) throw new InputError('clock.advance must be a whole number of seconds')
  return seconds
}

function addAccount(playground: Playground, body: unknown): object {
  const fields = new Fields(body, 'accounts')
  const name = fields.requiredText('name')
  fields.end()
  if (playground.accounts.has(name)) {
    throw new InputError(`accounts.name must be new, and there is an account ${show(name)} already`)
  }
  const account = newAccount(name)
  playground.set({ op: 'AddAccount', account })
  const { accessKeyId, secretAccessKey } = account
  return { accountId: account.account, canonicalId: account.id, accessKeyId, secretAccessKey }
}
