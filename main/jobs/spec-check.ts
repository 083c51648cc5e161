import { fail } from '#model/failure.ts'
import type { JobSpec, SourcePlace } from '#model/spec.ts'

/** What the schema cannot say of a spec. Throws `bad-input`, naming field and value. */
export function checkSpec({ sources }: JobSpec): void {
  for (const [at, source] of sources.entries()) checkSelections(source, `sources.${at}`)
}

function checkSelections(source: SourcePlace, path: string): void {
  for (const [index, selection] of source.select.entries()) {
    const [field, value] = selection.kind === 'prefix' ? ['prefix', selection.prefix] : ['key', selection.key]
    if (value?.startsWith(source.base)) continue
    const property = `${path}.select.${index}.${field}`
    fail(
      'bad-input',
      'item',
      `${property}: must begin with ${path}.base (${JSON.stringify(source.base)}), not ${JSON.stringify(value)}`,
      { property },
    )
  }
}
