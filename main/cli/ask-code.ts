import { createInterface } from 'node:readline/promises'
import type { CodeQuestion } from '../credentials/roles.ts'

/** Asks at the terminal for the code of a device, as the AWS tools do; undefined where nobody is there. */
export async function askCode({ serial, roleArn, again }: CodeQuestion): Promise<string | undefined> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return undefined
  const line = createInterface({ input: process.stdin, output: process.stderr })
  const interrupted = new AbortController()
  line.on('SIGINT', () => {
    interrupted.abort()
    process.kill(process.pid, 'SIGINT')
  })
  try {
    const why = again ? 'That code is not accepted. Wait for the next one' : `${roleArn} takes a code`
    process.stderr.write(`\r\x1b[K${why} of ${serial}.\n`)
    for (;;) {
      const code = (await line.question('Code: ', { signal: interrupted.signal })).trim()
      if (/^\d{6}$/.test(code)) return code
      process.stderr.write('A code has six digits.\n')
    }
  } catch {
    return undefined
  } finally {
    line.close()
  }
}
