import { spawn } from 'node:child_process'
import type { Credentials } from '#model/connection.ts'
import { fail } from '#model/failure.ts'
import type { Seams } from '#model/seams.ts'
import { dateOf, jsonFields, numberOf, textOf } from './json.ts'
import { noKeys } from './sign-in-needed.ts'

/** Milliseconds: such a program may ask a person something in a window of its own. */
const PATIENCE = 60_000
/** Bytes: keys are some hundred. */
const MOST_OUTPUT = 64 * 1024

export interface ProcessContext {
  readonly seams: Seams
  readonly env: NodeJS.ProcessEnv
  /** Milliseconds. */
  readonly patience?: number
}

type Ended =
  | {
      readonly is: 'exit'
      readonly code: number | null
      readonly signal: string | null
      readonly output: string
    }
  | { readonly is: 'not-started'; readonly why: string }
  | { readonly is: 'hung' }
  | { readonly is: 'too-much' }

/**
 * Runs a profile's credential_process, by the system's shell as the AWS tools do, and reads the keys that it prints.
 * Its output is in no sentence: it may hold secrets.
 * Source: "Sourcing credentials with an external process", AWS CLI User Guide.
 */
export async function processCredentials(
  command: string,
  profile: string,
  context: ProcessContext,
): Promise<Credentials> {
  const of = `The credential_process of the profile "${profile}"`
  const ended = await run(command, context)
  switch (ended.is) {
    case 'not-started':
      return noKeys(`${of} could not be started (${ended.why}).`)
    case 'hung':
      return noKeys(
        `${of} gave no keys within ${(context.patience ?? PATIENCE) / 1000} seconds and was ended.`,
      )
    case 'too-much':
      return noKeys(`${of} printed more than keys, and was ended.`)
    case 'exit':
      break
  }
  if (ended.code !== 0) {
    return noKeys(
      ended.code === null
        ? `${of} was ended by ${ended.signal}.`
        : `${of} ended with the code ${ended.code}. Run it in a terminal to see what it says.`,
    )
  }
  return keysOf(ended.output, of, context.seams.now())
}

/** Pure: `of` names the process. */
export function keysOf(output: string, of: string, now: number): Credentials {
  const fields = jsonFields(output)
  if (!fields) noKeys(`${of} printed no JSON object.`)
  if (numberOf(fields, 'Version') !== 1) noKeys(`${of} printed no "Version": 1.`)
  const accessKeyId = textOf(fields, 'AccessKeyId') ?? noKeys(`${of} printed no AccessKeyId.`)
  const secretAccessKey = textOf(fields, 'SecretAccessKey') ?? noKeys(`${of} printed no SecretAccessKey.`)
  const expiresAt = dateOf(fields, 'Expiration')
  if (fields['Expiration'] !== undefined && expiresAt === undefined)
    noKeys(`${of} printed an Expiration that is no date.`)
  if (expiresAt !== undefined && expiresAt <= now)
    fail('credentials-expired', 'job', `${of} gave keys that have expired already.`)
  return { accessKeyId, secretAccessKey, sessionToken: textOf(fields, 'SessionToken'), expiresAt }
}

function run(command: string, { seams, env, patience = PATIENCE }: ProcessContext): Promise<Ended> {
  return new Promise((resolve) => {
    // A group of its own, so that what the shell started ends with it. What it says on stderr is nobody's here.
    const grouped = process.platform !== 'win32'
    const child = spawn(command, {
      ...{ shell: true, env, detached: grouped, windowsHide: true },
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    const end = (): void => {
      try {
        if (grouped && child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
        else child.kill('SIGKILL')
      } catch {
        // It is gone already.
      }
      child.stdout.destroy()
    }
    const cancelTimer = seams.after(patience, () => {
      resolve({ is: 'hung' })
      end()
    })
    let output = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text
      if (output.length <= MOST_OUTPUT) return
      resolve({ is: 'too-much' })
      end()
    })
    child.once('error', (error: NodeJS.ErrnoException) => {
      cancelTimer()
      resolve({ is: 'not-started', why: error.code ?? 'unknown' })
    })
    child.once('close', (code, signal) => {
      cancelTimer()
      resolve({ is: 'exit', code, signal, output })
    })
  })
}
