import { binarySize } from '#model/binary-size.ts'
import { NOTHING, plus, type ScanSnapshot } from '#model/scan.ts'
import { flag, readArguments, USAGE_OPTIONS } from '../arguments.ts'
import { watchOptions, type EntryContext } from '../context.ts'
import { onePlace } from '../one-place.ts'
import { requestsOf, runScan, scanExit } from '../run-scan.ts'
import { openSession } from '../session.ts'
import { count, objects } from '../words.ts'

/** `decant usage`: what lies below a prefix, by class. */
export async function usage(args: readonly string[], context: EntryContext): Promise<number> {
  const { values, positionals } = readArguments(args, USAGE_OPTIONS)
  const place = await onePlace('PLACE', positionals, values, context.env)
  const { context: full, screen, json } = watchOptions(context, values)
  const session = await openSession(full)
  try {
    const what = {
      of: 'usage',
      versions: flag(values, 'versions'),
      uploads: flag(values, 'uploads'),
    } as const
    const run = await runScan(
      session,
      place,
      what,
      context.env,
      screen,
      ({ listed }) => `${objects(listed.items)} so far, ${binarySize(listed.bytes)}`,
    )
    const { scan } = run
    await session.client.call('scans.close', { id: scan.id })
    if (scan.state.is === 'failed') screen.complain(scan.state.failure.message)
    screen.result(json ? JSON.stringify(jsonUsage(scan)) : table(scan).join('\n'))
    return scanExit(run)
  } finally {
    await session.close()
  }
}

function totals(scan: ScanSnapshot) {
  let [current, older] = [NOTHING, NOTHING]
  for (const each of scan.usage?.classes ?? []) {
    current = plus(current, each.current.bytes, each.current.items)
    older = plus(older, each.older.bytes, each.older.items)
  }
  return { current, older }
}

function table(scan: ScanSnapshot): string[] {
  const { current, older } = totals(scan)
  const { classes = [], deleteMarkers = 0, uploads } = scan.usage ?? {}
  const withVersions = scan.what.of === 'usage' && scan.what.versions
  const line = (name: string, now: typeof current, before: typeof older): string => {
    const past = withVersions
      ? `   older ${count(before.items).padStart(10)} ${binarySize(before.bytes).padStart(10)}`
      : ''
    return `${name.padEnd(22)} ${count(now.items).padStart(12)} ${binarySize(now.bytes).padStart(10)}${past}`
  }
  return [
    ...classes.map((each) => line(each.storageClass, each.current, each.older)),
    line(scan.state.is === 'done' ? 'All' : 'So far', current, older),
    ...(withVersions ? [`Delete markers: ${count(deleteMarkers)}`] : []),
    ...(uploads
      ? [`Unfinished uploads: ${count(uploads.items)}, ${binarySize(uploads.bytes)} in parts`]
      : []),
    `Requests: ${count(requestsOf(scan))}`,
  ]
}

function jsonUsage(scan: ScanSnapshot): object {
  const { current, older } = totals(scan)
  const { classes = [], deleteMarkers = 0, uploads } = scan.usage ?? {}
  return {
    bucket: scan.bucket,
    prefix: scan.prefix,
    state: scan.state.is,
    classes: classes.map((each) => ({
      storageClass: each.storageClass,
      objects: each.current.items,
      bytes: each.current.bytes,
      olderVersions: each.older.items,
      olderBytes: each.older.bytes,
    })),
    objects: current.items,
    bytes: current.bytes,
    olderVersions: older.items,
    olderBytes: older.bytes,
    deleteMarkers,
    ...(uploads && { uploads: uploads.items, uploadBytes: uploads.bytes }),
    requests: scan.requests,
    seconds: ((scan.endedAt ?? scan.startedAt) - scan.startedAt) / 1000,
  }
}
