#!/usr/bin/env -S node --min-semi-space-size=8 --max-semi-space-size=8 --v8-pool-size=1
/**
 * The built command: main/cli.ts with all that it needs, bundled, and run with the code that V8 made of it before.
 *
 * The flags above cannot be set any more once the process runs. What a copy allocates dies young, and half of V8's nursery
 * does for it: 11 MiB less at the peak, for the same CPU. It has that size from the start: while it grows as needed, young
 * objects grow old, which cost 20,000 copies 14 % more CPU, and saved no memory. One thread of V8's own beside ours instead
 * of four: 6 % less CPU. Flags that are set here must be none that V8 keeps compiled code by: cli/long-work.ts.
 */
import { createRequire } from 'node:module'

const load = createRequire(import.meta.url)
/** As a command is spelled. Whatever else is asked for needs less than it takes to look for what was kept. */
const command = /^[a-z][a-z-]*$/.exec(process.argv[2] ?? '')?.[0]

if (command === undefined) load('./command.cjs')
else {
  const { runWithKeptCode } = load('./kept-code.cjs') as typeof import('./kept-code.ts')
  runWithKeptCode(load.resolve('./command.cjs'), command)
}
