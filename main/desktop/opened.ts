import { readFile, stat } from 'node:fs/promises'
import path from 'node:path'
import type { Opened } from '#contract/events.ts'
import { JOB_FILE_ENDING, LONGEST_JOB_FILE, parseJobFile } from '#model/job-file.ts'
import { LINK_SCHEME, parseLink } from '#model/link.ts'

/** What of a command line is to be opened: links and job files. Options, and the app's own folder, are none. */
export function openable(argv: readonly string[]): readonly string[] {
  return argv.filter(
    (argument) =>
      !argument.startsWith('-') &&
      (argument.startsWith(`${LINK_SCHEME}:`) || argument.toLowerCase().endsWith(JOB_FILE_ENDING)),
  )
}

/** Reads a link or a job file. Starts nothing, and never rejects: what is wrong with it is a sentence. */
export async function readOpened(said: string, folder: string): Promise<Opened> {
  if (said.startsWith(`${LINK_SCHEME}:`)) {
    const parsed = parseLink(said)
    return parsed.ok ? { what: 'place', link: parsed.link } : { what: 'refused', message: parsed.message }
  }
  const file = path.resolve(folder, said)
  const name = path.basename(file)
  const read = await readBounded(file)
  if (!read.ok) return { what: 'refused', message: `${name}: it cannot be opened: ${read.why}.` }
  const parsed = parseJobFile(name, read.text)
  return parsed.ok
    ? { what: 'job', file: name, spec: parsed.spec }
    : { what: 'refused', message: parsed.message }
}

type Read = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly why: string }

async function readBounded(file: string): Promise<Read> {
  try {
    const found = await stat(file)
    // A pipe would be read for ever.
    if (!found.isFile()) return { ok: false, why: 'it is not a file' }
    if (found.size > LONGEST_JOB_FILE)
      return { ok: false, why: `it has ${found.size} bytes, more than the ${LONGEST_JOB_FILE} of a job file` }
    return { ok: true, text: await readFile(file, 'utf8') }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    return { ok: false, why: code === 'ENOENT' ? 'there is no such file' : message }
  }
}
