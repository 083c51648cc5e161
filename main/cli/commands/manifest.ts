import path from 'node:path'
import { systemSeams } from '#model/seams.ts'
import { createPace } from '../../engine/pace/pace.ts'
import { manifestLines } from '../../manifest/make.ts'
import { writeLines } from '../../manifest/write.ts'
import { flag, MANIFEST_COMMAND_OPTIONS, readArguments, text } from '../arguments.ts'
import { watchOptions, type EntryContext } from '../context.ts'
import { onePlace } from '../one-place.ts'
import { withStorage } from '../open-storage.ts'
import { count } from '../words.ts'

/** `decant manifest SOURCE`: lists it into a manifest of S3 Batch Operations. */
export async function manifest(args: readonly string[], context: EntryContext): Promise<number> {
  const { env } = context
  const { values, positionals } = readArguments(args, MANIFEST_COMMAND_OPTIONS)
  const { source, bucket, key } = await onePlace('SOURCE', positionals, values, env)
  const { screen, json } = watchOptions(context, values)
  const file = path.resolve(text(values, 'out') ?? `${bucket}.manifest.csv`)
  const { signal } = new AbortController()
  const request = { seams: systemSeams, pace: createPace({ seams: systemSeams, ceiling: 8 }), signal }
  let rows = 0
  await withStorage(source, env, async (storage) => {
    const select = [{ kind: 'prefix' as const, prefix: key }]
    const listed = { storage, bucket, select, versions: flag(values, 'versions'), request }
    const counted = async function* (): AsyncGenerator<string> {
      for await (const page of manifestLines(listed)) {
        for (let at = page.indexOf('\n'); at >= 0; at = page.indexOf('\n', at + 1)) rows += 1
        screen.progress(() => `${count(rows)} rows`)
        yield page
      }
    }
    await writeLines(counted(), file)
  })
  screen.clear()
  screen.result(json ? JSON.stringify({ file, rows }) : file)
  return 0
}
