import { binarySize } from '#model/binary-size.ts'
import type { Client } from '#contract/client.ts'
import type { ExpectedRequests, JobSnapshot } from '#model/job.ts'
import { ACTIONS, type ItemQuery, type ItemView } from '#model/plan.ts'
import { PLAN_OPTIONS, type Options } from '../arguments.ts'
import { watchOptions, type EntryContext } from '../context.ts'
import { costWords } from '../cost-words.ts'
import { createJob } from '../create.ts'
import type { JobCommand } from '../job-spec.ts'
import { planOutput, writePlanOut } from '../plan-output.ts'
import { untilPlanned } from '../planned.ts'
import type { Screen } from '../screen.ts'
import { openSession, type Session } from '../session.ts'
import { UsageError } from '../usage.ts'
import { VERSION_COMMANDS } from '../version-file.ts'
import { count, jsonTally, manyHint, objects } from '../words.ts'
import { readJob, tableOf } from './make-job.ts'
import { createUndo, readUndo } from './undo.ts'

const PAGE = 500

const PLANNED = ['copy', 'move', 'edit', 'delete', 'parity', 'undo', ...VERSION_COMMANDS] as const

/** `decant plan (copy|move|edit|…) …`: a draft is made and read, and thrown away or kept. */
export async function plan(args: readonly string[], context: EntryContext): Promise<number> {
  const [kind, ...rest] = args
  const command = PLANNED.find((name) => name === kind)
  if (command === undefined) {
    throw new UsageError(
      `plan: must be followed by ${PLANNED.join(', ')}${kind === undefined ? '' : `, not "${kind}"`}`,
    )
  }
  const { options, makeDraft } =
    command === 'undo' ? await planUndo(rest, context) : await planJob(command, rest, context)
  const output = planOutput(options)
  const { context: full, screen, json, quiet } = watchOptions(context, options)
  const session = await openSession(full)
  try {
    const { id } = await makeDraft(session)
    let isKept = false
    try {
      const planned = await untilPlanned(session.client, id, screen)
      if (planned.status.is !== 'ready') {
        screen.result(`The plan could not be made: ${whyNot(planned)}`)
        return 3
      }
      await writePlanOut(full.dataDir, id, output)
      const { spec, expected, estimate, notes, failures } = await session.client.call('jobs.get', { id })
      for (const note of notes) screen.say(note)
      if (output.plan === 'kept') {
        await session.client.call('jobs.keep', { id })
        isKept = true
      }
      if (json) {
        const sent = expected && { expected }
        const job = isKept && { jobId: id }
        screen.result(JSON.stringify({ plan: kind, ...job, ...jsonPlan(planned), ...sent, estimate }))
      } else {
        if (!quiet && output.out === undefined) await printItems(session.client, id, output.query, screen)
        // Standard output may be the CSV's.
        const say = (line: string): void =>
          output.out?.is === 'stdout' ? screen.say(line) : screen.result(line)
        say(sums(planned))
        if (expected) say(requestsLine(expected))
        for (const line of costWords(estimate)) say(line)
        const hint = manyHint(spec, failures)
        if (hint !== undefined) screen.say(hint)
        if (isKept) say(`Saved as job ${id}. It is carried out by: decant start ${id}`)
      }
      return planned.tally.planned.refuse.items > 0 ? 1 : 0
    } finally {
      if (!isKept) await session.client.call('jobs.remove', { id })
    }
  } finally {
    await session.close()
  }
}

interface ToPlan {
  readonly options: Options
  makeDraft(session: Session): Promise<JobSnapshot>
}

async function planJob(command: JobCommand, args: readonly string[], context: EntryContext): Promise<ToPlan> {
  const { spec, options, keys } = await readJob(command, args, context, PLAN_OPTIONS)
  const table = spec.kind === 'edit' ? tableOf(options) : undefined
  if (spec.kind !== 'edit' || table === undefined)
    return { options, makeDraft: (session) => createJob(session, spec, true, context.env, keys) }
  if (table.way === 'out') throw new UsageError('plan: --export-csv makes no job that could be planned')
  const { createCsvJob } = await import('../csv-job.ts')
  const { screen } = watchOptions(context, options)
  const edit = { spec, file: table.file, keys }
  return { options, makeDraft: (session) => createCsvJob(session, edit, context.env, screen, true) }
}

async function planUndo(args: readonly string[], { env }: EntryContext): Promise<ToPlan> {
  const { id, options, keys, lastCopies } = await readUndo(args, PLAN_OPTIONS)
  return { options, makeDraft: (session) => createUndo(session, id, true, env, { keys, lastCopies }) }
}

/** Milliseconds between two looks at what the core still looks for. */
const PAUSE = 50

async function printItems(client: Client, id: string, query: ItemQuery, screen: Screen): Promise<void> {
  for (let offset = 0; ;) {
    const { items, looking } = await client.call('jobs.items', { id, ...query, offset, limit: PAGE })
    offset += items.length
    if (items.length > 0) screen.result(items.map(itemLine).join('\n'))
    else if (!looking) return
    else await new Promise((resolve) => setTimeout(resolve, PAUSE))
    await screen.drained()
  }
}

function itemLine(item: ItemView): string {
  const { action, skipReason, size, key, versionId, destinationKey, failure, conflict } = item
  const what = skipReason === undefined ? action : `${action} (${skipReason})`
  const note = failure ? `  ${failure.message}` : conflict ? '  overwrites' : ''
  const to = destinationKey === undefined ? '' : `  →  ${printable(destinationKey)}`
  const which = versionId === undefined ? '' : `  version ${printable(versionId)}`
  return `${what.padEnd(14)} ${binarySize(size).padStart(9)}  ${printable(key)}${which}${to}${note}`
}

/** A key may hold what would move the terminal's cursor, or worse. */
function printable(key: string): string {
  return key.replace(/\p{Cc}/gu, (control) => JSON.stringify(control).slice(1, -1))
}

function sums({ tally }: JobSnapshot): string {
  const { planned, conflicts, listed, filtered } = tally
  const facts = ACTIONS.filter((action) => action !== 'skip' && action !== 'refuse')
    .filter((action) => planned[action].items > 0)
    .map((action) => `${action} ${objects(planned[action].items)} (${binarySize(planned[action].bytes)})`)
  if (planned.skip.items > 0) facts.push(`skip ${count(planned.skip.items)}`)
  if (planned.refuse.items > 0) facts.push(`${count(planned.refuse.items)} cannot be done`)
  if (filtered.items > 0) facts.push(`${count(filtered.items)} filtered out`)
  if (conflicts > 0) facts.push(`${count(conflicts)} exist at the destination`)
  return `Plan: ${objects(listed.items)} listed (${binarySize(listed.bytes)}); ${facts.join(', ') || 'nothing to do'}.`
}

/** What carrying it out sends. */
function requestsLine({ is, requests }: ExpectedRequests): string {
  const sent = Object.entries(requests).sort(([, one], [, other]) => other - one)
  const words = sent.map(([operation, times]) => `${count(times)} ${operation}`)
  return `Requests: ${is === 'at-most' && words.length > 0 ? 'at most ' : ''}${words.join(', ') || 'none'}.`
}

function jsonPlan({ tally }: JobSnapshot): object {
  const { items, bytes: size } = jsonTally(tally)
  return { items, bytes: size, conflicts: tally.conflicts, planned: tally.planned, skipped: tally.skipped }
}

function whyNot({ status }: JobSnapshot): string {
  if (status.is === 'failed') return status.failure.message
  if (status.is === 'paused') return status.failure?.message ?? `it is paused (${status.reason}).`
  return `it is ${status.is}.`
}
