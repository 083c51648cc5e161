import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { pinnedPlayground, onClientCores } from './measured.ts'
import { decantCopy } from './peers.ts'
const pg = await pinnedPlayground()
const { admin } = pg as any
const L = Number(process.env.L ?? 3500), N = Number(process.env.N ?? 70000), LAT = Number(process.env.LAT ?? 0)
await admin.seed({ bucket: 'destination', count: 0, prefix: '' })
await admin.seed({ bucket: 'source', count: N, prefix: 'a/', size: 4096 })
const dir = mkdtempSync('/tmp/zzlim-')
for (let n = 0; n < Number(process.env.RUNS ?? 2); n++) {
  await admin.clearFaults()
  if (L) await admin.faults({ writesPerSecond: L })
  if (LAT) await admin.faults({ latencyMs: LAT })
  const c = decantCopy({ playground: pg, from: { bucket: 'source', prefix: 'a/' }, to: { bucket: 'destination', prefix: `${n}/` }, inFlight: 256 }, `${dir}/d${n}`)
  const [cmd, ...args] = onClientCores([process.execPath, ...c.argv])
  const t0 = performance.now()
  const child = spawn(cmd!, args, { env: { ...c.env, RATE_LOG: process.env.RATE_LOG, ...(process.env.V8F ? { V8F: process.env.V8F } : {}) }, stdio: ['ignore', 'ignore', 'inherit'] })
  const rc = await new Promise((r) => child.once('close', r))
  const wall = (performance.now() - t0) / 1000
  console.log(`run ${n} rc ${rc} wall ${wall.toFixed(2)} used ${(N / (L * (wall + 1))).toFixed(3)} floor ${(wall/(N*LAT/1000/256)).toFixed(3)}`)
}
await pg.stop()
rmSync(dir, { recursive: true })
