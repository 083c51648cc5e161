import type { Mutation } from './mutations.ts'

/** The source of `file` with `to` in the place of `from`. Throws where that is not there exactly once. */
export function plant(source: string, { name, file, from, to }: Mutation): string {
  const times = source.split(from).length - 1
  if (times !== 1) throw new Error(`${name}: main/${file} has ${times} times ${JSON.stringify(from)}`)
  return source.replace(from, () => to)
}
