import { fail } from '#model/failure.ts'
import type { JobSpec } from '#model/spec.ts'

/** What the schema cannot say of a spec. Throws `bad-input`, naming field and value. */
export function checkSpec({ source }: JobSpec): void {
  for (const [index, selection] of source.select.entries()) {
    const [field, value] = selection.kind === 'prefix' ? ['prefix', selection.prefix] : ['key', selection.key]
    if (value?.startsWith(source.base)) continue
    const property = `source.select.${index}.${field}`
    fail(
      'bad-input',
      'item',
      `${property}: must begin with source.base (${JSON.stringify(source.base)}), not ${JSON.stringify(value)}`,
      { property },
    )
  }
}
