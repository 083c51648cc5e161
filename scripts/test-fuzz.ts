/**
 * `npm run test:fuzz [-- --cases N] [-- --seed N] [-- --target NAME] [-- --path P]`: 100,000 cases in all for the readers of what
 * strangers write. The seed is printed; with it, the target and the path a failing case comes again. Two processes share
 * the targets; one that says nothing for a minute hangs, and is a failure.
 */
import { spawn } from 'node:child_process'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { casesOf, fuzz, TARGETS } from '../test/fuzz/run.ts'

const TEXT = { type: 'string' } as const
const { values } = parseArgs({ options: { cases: TEXT, seed: TEXT, target: TEXT, path: TEXT, lane: TEXT } })
const cases = Number(values.cases ?? 100_000)
const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31))
const LANES = 2
/** Milliseconds. */
const PATIENCE = 150_000

if (values.target !== undefined || values.lane !== undefined) await runHere()
else await runLanes()

async function runHere(): Promise<void> {
  const mine = TARGETS.filter(({ name }, at) =>
    values.target === undefined ? at % LANES === Number(values.lane) : name === values.target,
  )
  if (mine.length === 0)
    throw new Error(`There is no target ${values.target}: ${TARGETS.map(({ name }) => name).join('; ')}`)
  let failed = 0
  for (const target of mine) {
    const wanted = casesOf(target, cases)
    process.stdout.write(`begin ${target.name}\n`)
    const found = await fuzz(target, wanted, seed, values.path)
    if (found.ok) {
      const { milliseconds } = found
      if (found.cases < wanted && values.path === undefined) failed += 1
      console.log(
        `${String(found.cases).padStart(6)} cases, ${(milliseconds / 1000).toFixed(1).padStart(5)} s: ${target.name}`,
      )
      continue
    }
    failed += 1
    console.log(`FAILED ${target.name} after ${found.cases} cases\n${found.why}`)
    console.log(
      `again: npm run test:fuzz -- --seed ${seed} --cases ${cases} --target "${target.name}" --path ${found.path}`,
    )
  }
  process.exit(failed === 0 ? 0 : 1)
}

async function runLanes(): Promise<void> {
  console.log(`${cases} cases, seed ${seed}`)
  const began = performance.now()
  const counts = await Promise.all(Array.from({ length: LANES }, (_, lane) => runLane(lane)))
  const sum = counts.reduce((all, { done }) => all + done, 0)
  const failed = counts.some(({ ok }) => !ok)
  console.log(
    `${sum} cases in ${Math.round((performance.now() - began) / 1000)} s, ${failed ? 'FAILED' : 'no crash'}, seed ${seed}`,
  )
  process.exit(failed ? 1 : 0)
}

function runLane(lane: number): Promise<{ readonly ok: boolean; readonly done: number }> {
  const args = [
    import.meta.filename,
    '--lane',
    String(lane),
    '--cases',
    String(cases),
    '--seed',
    String(seed),
  ]
  const child = spawn(process.execPath, args, {
    cwd: path.resolve(import.meta.dirname, '..'),
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let [done, at] = [0, '']
  let patience: NodeJS.Timeout | undefined
  const wait = (): void => {
    clearTimeout(patience)
    patience = setTimeout(() => {
      console.log(
        `FAILED ${at}: it hangs. npm run test:fuzz -- --seed ${seed} --cases ${cases} --target "${at}"`,
      )
      child.kill('SIGKILL')
    }, PATIENCE)
  }
  wait()
  let rest = ''
  child.stdout.on('data', (bytes: Buffer) => {
    wait()
    const lines = (rest + bytes.toString()).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) {
      if (line.startsWith('begin ')) at = line.slice(6)
      else console.log(line)
      done += Number(/^ *(\d+) cases,/.exec(line)?.[1] ?? 0)
    }
  })
  return new Promise((resolve) => {
    child.once('close', (code) => {
      clearTimeout(patience)
      resolve({ ok: code === 0, done })
    })
  })
}
