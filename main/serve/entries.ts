import { fileURLToPath } from 'node:url'

/** Where the files lie that are started as processes or shown as pages. */
export interface Entries {
  readonly core: string
  readonly playground: string
  readonly renderer: string
}

/** From the URL of the entry that asks: built ones lie side by side in out/main, unbuilt ones in main/. */
export function entriesBeside(entry: string): Entries {
  const at = (relative: string): string => fileURLToPath(new URL(relative, entry))
  return entry.endsWith('.ts')
    ? { core: at('core.ts'), playground: at('playground/process.ts'), renderer: at('../out/renderer') }
    : { core: at('core.js'), playground: at('playground.js'), renderer: at('../renderer') }
}
