import { LONGEST_LINK } from '#model/bucket.ts'
import { attachment } from '../../services/links.ts'
import { flag, PRESIGN_OPTIONS, readArguments, text } from '../arguments.ts'
import { watchOptions, type EntryContext } from '../context.ts'
import { onePlace } from '../one-place.ts'
import { withStorage } from '../open-storage.ts'
import { UsageError } from '../usage.ts'
import { lifetime } from '../values.ts'

/**
 * `decant presign`: prints a link, and nothing else, on stdout. It is made in this process, whoever owns the data
 * directory: a link goes through no socket and to nobody but who asked for it (invariant 9).
 */
export async function presign(args: readonly string[], context: EntryContext): Promise<number> {
  const { env } = context
  const { values, positionals } = readArguments(args, PRESIGN_OPTIONS)
  const { source, bucket, key } = await onePlace('OBJECT', positionals, values, env)
  if (key === '' || key.endsWith('/'))
    throw new UsageError(`OBJECT: must be one object, like s3://bucket/key, not "${positionals[0] ?? ''}"`)
  const expires = lifetime('expires', text(values, 'expires') ?? '1h', LONGEST_LINK)
  const versionId = text(values, 'version-id')
  const { screen } = watchOptions(context, values)
  return withStorage(source, env, async (storage) => {
    // Finds the Region that is signed for, and tells a mistyped key from one that is there.
    await storage.headObject({ bucket, key, versionId })
    const name = key.slice(key.lastIndexOf('/') + 1)
    const link = await storage.presign({
      ...{ bucket, key, versionId, expires },
      ...(flag(values, 'download') && { contentDisposition: attachment(name) }),
    })
    screen.result(link.url)
    const until = new Date(link.until).toISOString()
    screen.say(
      link.endsWith === 'time'
        ? `It opens until ${until}.`
        : `It ends with the temporary keys that it was made with, at ${until} at the latest.`,
    )
    return 0
  })
}
