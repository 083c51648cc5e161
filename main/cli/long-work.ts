import process from 'node:process'
import { setFlagsFromString } from 'node:v8'

/**
 * How V8 compiles and collects once everything is loaded, and how without us. It keeps compiled code under the flags that it
 * was compiled with: set any sooner, what Node brings along compiled would be compiled anew, which costs 0.02 s of CPU.
 *
 * Old garbage is collected when the heap has grown by half: 25 MiB less (133 to 151 instead of 151 to 178), 3 % more CPU.
 *
 * V8 compiles what is hot twice more, first by Maglev and then by TurboFan: in a copy of 20,000 objects that takes a
 * sixth of all CPU. Here it waits longer for it, so that short work pays for little of it, and work on a million objects
 * pays and gets it back. That saved about 5 % of the CPU of such a copy (medians of pairs lay between nothing and 13 %),
 * measured with a young generation of 16 MiB; main/cli-start.ts has since halved it.
 *
 * What was not called for a while is not forgotten: it is kept for the next run (main/kept-code.ts).
 */
const FLAGS: readonly { readonly long: string; readonly usual: string }[] = [
  { long: '--heap-growing-percent=50', usual: '--heap-growing-percent=0' },
  { long: '--invocation-count-for-maglev=1500', usual: '--invocation-count-for-maglev=400' },
  // Asked for its default V8 says 3,000, but where it has Maglev it begins with 10,000.
  { long: '--invocation-count-for-turbofan=200000', usual: '--invocation-count-for-turbofan=10000' },
  { long: '--no-flush-bytecode', usual: '--flush-bytecode' },
]

export function prepareForLongWork(): void {
  setFlags('long')
}

/** Before code is kept, which has to be of the flags that a process begins with. */
export function endLongWork(): void {
  setFlags('usual')
}

/** Flags are V8's own and come and go: they are set only where they were measured, in Node 24. */
function setFlags(how: 'long' | 'usual'): void {
  // Of a flag that it does not know V8 complains on the terminal.
  if (!process.versions.v8.startsWith('13.')) return
  for (const flag of FLAGS) setFlagsFromString(flag[how])
}
