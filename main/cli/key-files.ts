import { readFile } from 'node:fs/promises'
import type { LentKeys } from './create.ts'
import { UsageError } from './usage.ts'
import { pair } from './values.ts'

/** `NAME=FILE`: 32 bytes as they are, or as base64 or hexadecimal text. They live in the job's process only. */
export async function keyFiles(given: readonly string[]): Promise<LentKeys> {
  const keys: Record<string, string> = {}
  for (const one of given) {
    const [name, file] = pair('sse-c-key-file', one)
    const bytes = await readFile(file).catch((error: Error) => {
      throw new UsageError(`--sse-c-key-file: ${file} cannot be read (${error.message})`)
    })
    keys[name] = bytes.length === 32 ? bytes.toString('base64') : bytes.toString('utf8').trim()
  }
  return keys
}
