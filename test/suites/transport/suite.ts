import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { createClient } from '#contract/client.ts'
import { methods, type MethodName } from '#contract/methods.ts'
import { startFakeAws, type FakeAws } from '../../helpers/fake-aws.ts'
import { spawnPlayground, type PlaygroundProcess } from '../../helpers/playground.ts'
import { RawS3 } from '../../helpers/raw-s3.ts'
import { APP_CASES } from './app-cases.ts'
import { BUCKET_CASES } from './bucket-cases.ts'
import { CONNECTION_CASES } from './connection-cases.ts'
import { FILE_CASES } from './file-cases.ts'
import { GRID_CASES } from './grid-cases.ts'
import { JOB_CASES } from './job-cases.ts'
import { KEPT_CASES } from './kept-cases.ts'
import { MANIFEST_CASES } from './manifest-cases.ts'
import { OBJECT_CASES } from './object-cases.ts'
import type { OpenTransport, Stage } from './stage.ts'

/** They run in the order of the contract, on one core. */
const CASES: Record<MethodName, (stage: Stage) => Promise<void>> = {
  ...APP_CASES,
  ...CONNECTION_CASES,
  ...BUCKET_CASES,
  ...OBJECT_CASES,
  ...GRID_CASES,
  ...FILE_CASES,
  ...JOB_CASES,
  ...MANIFEST_CASES,
  ...KEPT_CASES,
}

/** The AWS files of this suite, for the core that it starts, in whatever process. */
function stubAwsFiles(dir: string, { portal: { startUrl, region }, env }: FakeAws): void {
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value)
  const files = {
    config: `[profile suite]\nregion = eu-west-2\n[sso-session corp]\nsso_start_url = ${startUrl}\nsso_region = ${region}\n`,
    credentials: '[suite]\naws_access_key_id = a\n',
  }
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(dir, name), text)
  vi.stubEnv('AWS_CONFIG_FILE', path.join(dir, 'config'))
  vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', path.join(dir, 'credentials'))
}

/** A bucket that keeps versions: 1,001 rows, the last four of one key. */
async function seedVersions(playground: PlaygroundProcess): Promise<void> {
  const bucket = 'kept'
  await playground.admin.seed({
    ...{ bucket, versioning: 'Enabled', count: 997 },
    ...{ prefix: 'old/', pattern: 'a-{n:3}' },
  })
  for (const text of ['1', '22', '333']) {
    await playground.admin.seed({ bucket, key: 'old/ä', text, storageClass: 'STANDARD_IA' })
  }
  const raw = new RawS3(playground)
  await raw.send({ method: 'DELETE', path: '/kept/old/%C3%A4' })
  raw.close()
}

/** Every method over one transport, and what a transport itself must do. */
export function transportSuite(name: string, open: OpenTransport): void {
  describe(`the contract over ${name}`, () => {
    const dataDir = mkdtempSync(path.join(tmpdir(), 'decant-transport-'))
    const stage = {
      connection: '',
      draft: '',
      job: '',
      grid: '',
      manifest: { is: 'file', path: '/' },
      scan: '',
    } as Stage

    beforeAll(async () => {
      const fake = await startFakeAws()
      stubAwsFiles(dataDir, fake)
      const playground = await spawnPlayground()
      await playground.admin.seed({ bucket: 'source', count: 19, prefix: 'in/' })
      await playground.admin.seed({
        bucket: 'source',
        key: 'in/ä +.txt',
        text: 'text',
        metadata: { who: 'suite' },
        tags: { a: 'b' },
      })
      await playground.admin.seed({ bucket: 'destination', key: 'other', text: '' })
      await seedVersions(playground)
      const opened = await open(dataDir)
      const { transport } = opened
      Object.assign(stage, { playground, fake, opened, transport, client: createClient(transport) })
    })
    afterAll(async () => {
      await stage.opened.close()
      await stage.playground.stop()
      await stage.fake.stop()
      rmSync(dataDir, { recursive: true, force: true })
      vi.unstubAllEnvs()
    })

    it('has a case for each method', () => {
      expect(Object.keys(CASES)).toEqual(Object.keys(methods))
    })

    for (const [method, run] of Object.entries(CASES)) it(`carries ${method}`, () => run(stage))

    it('answers what is no method, and input that is none, as data', async () => {
      expect(await stage.transport.invoke('no.such', {}, 'x1')).toMatchObject({
        ok: false,
        failure: { code: 'bad-input', message: expect.stringContaining('"no.such"') as string },
      })
      expect(await stage.transport.invoke('jobs.get', { id: 5 }, 'x2')).toMatchObject({
        ok: false,
        failure: { code: 'bad-input', property: 'id' },
      })
    })

    it('cancels a call that hangs', async () => {
      await stage.playground.admin.faults({ op: 'ListBuckets', do: 'hang', when: 'before' })
      const aborter = new AbortController()
      const call = stage.client.call(
        'buckets.list',
        { connection: stage.connection },
        { signal: aborter.signal },
      )
      await expect.poll(async () => (await stage.playground.admin.counters()).inFlight).toBeGreaterThan(0)
      aborter.abort()
      await expect(call).rejects.toMatchObject({ failure: { code: 'cancelled' } })
      await stage.playground.admin.clearFaults()
      await stage.playground.admin.release()
    })

    it('keeps the key out of everything it wrote', async () => {
      const { secretAccessKey } = stage.playground
      expect(readFileSync(path.join(dataDir, 'settings.json'), 'utf8')).not.toContain(secretAccessKey)
      expect(readFileSync(path.join(dataDir, 'jobs.db')).includes(secretAccessKey)).toBe(false)
    })
  })
}
