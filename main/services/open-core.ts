import { homedir } from 'node:os'
import type { EventMessage } from '#contract/events.ts'
import type { Caller } from '#contract/handlers.ts'
import type { HostPort } from '#contract/host.ts'
import type { CoreOptions, Transport } from '#contract/transport.ts'
import { fail } from '#model/failure.ts'
import type { Seams } from '#model/seams.ts'
import type { Jobs } from '../jobs/api.ts'
import { openJobs } from '../jobs/jobs.ts'
import { takeOwnership, type Ownership } from '../jobs/owner.ts'
import { createCustomerKeys } from './customer-keys.ts'
import { createElsewhere } from './elsewhere/elsewhere.ts'
import { createConnections } from './connections.ts'
import { SILENT, type Log } from '../log/log.ts'
import { createDispatcher } from './dispatcher.ts'
import { createGridService, hasGrids } from './grids.ts'
import { createHandlers } from './handlers.ts'
import { reportToDesktop } from './desktop-report.ts'
import { keepLog } from './job-log.ts'
import { jobsUsing } from './jobs.ts'
import { watchOffline } from './offline-watch.ts'
import { keepManifestsTidy } from './manifest-upkeep.ts'
import { openAsMade } from './led-elsewhere.ts'
import { openNetwork } from './network.ts'
import { openPriceBook } from './prices.ts'
import { createScanService } from './scans.ts'
import { openSettings } from './settings.ts'
import { openKeys } from './keys.ts'
import { serveSignedIn, watchSignIns } from './sign-in.ts'
import type { CodeQuestion } from '../credentials/roles.ts'
import { createStorages, type CreateStorage, type Storages } from './storages.ts'
import { createUpdates } from './updates.ts'
import { webhookOf } from './webhook-environment.ts'
import { createWebhooks } from './webhooks.ts'

/** Everything that works on one data directory: what stands behind the dispatcher, in whatever process. */
export interface Core {
  /** In this process, with no pipe between: for windows, which name only files that were granted. */
  readonly transport: Transport
  /** For the command line, here or through the owner's door. */
  readonly ownTransport: Transport
  readonly jobs: Jobs
  readonly ownership: Ownership
  /** Commits what is under way and gives the data directory back. Running jobs go on at the next start. */
  close(): Promise<void>
}

export interface CoreParts {
  readonly options: CoreOptions
  readonly host: HostPort
  readonly seams: Seams
  readonly createStorage: CreateStorage
  readonly env: NodeJS.ProcessEnv
  /** Of this process; without one nothing is written. */
  readonly log?: Log | undefined
  /** Somebody at a terminal who can be asked for the code of a device; undefined where nobody is. */
  readonly askCode?: ((question: CodeQuestion) => Promise<string | undefined>) | undefined
}

/** DECANT_COPY_LIMIT, in bytes: above it objects are copied in parts. For tests, and endpoints that take less. */
function copyLimitOf(env: NodeJS.ProcessEnv): number | undefined {
  const said = env['DECANT_COPY_LIMIT']
  if (said === undefined || said === '') return undefined
  if (/^[1-9]\d*$/.test(said)) return Number(said)
  return fail('bad-input', 'job', `DECANT_COPY_LIMIT: must be a number of bytes, not ${JSON.stringify(said)}`)
}

/** Takes the data directory, or fails naming who has it; then opens the jobs, of which those that ran go on. */
export async function openCore(parts: CoreParts): Promise<Core> {
  const ownership = await takeOwnership(parts.options.dataDir, parts.options.host)
  try {
    return await opened(parts, ownership)
  } catch (error) {
    await ownership.release()
    throw error
  }
}

async function opened(
  { options, host, seams, createStorage, env, askCode, log = SILENT }: CoreParts,
  ownership: Ownership,
): Promise<Core> {
  const settings = await openSettings(host)
  if (settings.notice !== undefined) console.warn(settings.notice)
  const network = await openNetwork({ host, settings, env })
  const keys = openKeys({
    ...{ host, seams, env, askCode, settings: settings.current, network: network.current },
    changed: () => void tellSessions(),
    signedIn: (portal) => serveSignedIn(storages, portal),
  })
  const { sso, sources } = keys
  const storages: Storages = createStorages({
    ...{ host, seams, createStorage, sources },
    settings: settings.current,
    network: network.current,
  })
  const customerKeys = createCustomerKeys({ host, settings, now: seams.now })
  const grids = createGridService({ dataDir: options.dataDir, seams, storages })
  // A job that was interrupted while it was planned from a grid goes on with it at once.
  if (hasGrids(options.dataDir)) await grids.use()
  const prices = openPriceBook(options.dataDir)
  const webhooks = createWebhooks({
    ...{ host, settings, seams, network: network.current },
    environment: webhookOf(env),
  })
  const jobs = await openJobs({
    dir: options.dataDir,
    seams,
    openStorage: openAsMade(storages.open, settings.current),
    findKey: customerKeys.find,
    jobsAtOnce: settings.current().jobsAtOnce,
    jobsPerEndpoint: settings.current().jobsPerEndpoint,
    copyLimit: copyLimitOf(env),
    gridRows: grids.rows,
    callWebhook: webhooks.call,
    prices: prices.current,
  })
  const connections = createConnections({
    host,
    settings,
    storages,
    seams,
    env,
    usedBy: (id) => jobsUsing(jobs, id),
    saved: (id) => jobs.wake(id),
  })
  const updates = createUpdates({ version: options.version, host, settings, seams })
  const scans = createScanService({ dataDir: options.dataDir, seams, storages })
  const dispatcher = createDispatcher({
    handlers: createHandlers({
      core: options,
      host,
      settings,
      connections,
      elsewhere: createElsewhere({
        connections,
        around: { home: env['HOME'] || env['USERPROFILE'] || homedir(), platform: process.platform, env },
      }),
      network,
      sso,
      storages,
      customerKeys,
      webhooks,
      jobs,
      grids,
      updates,
      scans,
      prices,
      seams,
    }),
    bug: (method, error) => console.error(`${method} failed:`, error),
  })

  const listeners = new Set<(event: EventMessage) => void>()
  const tell = (event: EventMessage): void => {
    for (const listener of listeners) listener(event)
  }
  const tellSessions = async (): Promise<void> =>
    tell({ topic: 'sso.changed', payload: { sessions: await sso.sessions() } })
  // A terminal shows neither, and what they say takes its time.
  const offDesktop = options.host === 'cli' ? undefined : reportToDesktop({ jobs, host, settings })
  const offLog = keepLog({ log, jobs, settings })
  const offManifests = keepManifestsTidy(options.dataDir, jobs, seams)
  const offOffline = watchOffline({ connections, jobs, seams })
  const offSignIns = watchSignIns({ storages, connections, jobs, sso, seams, env })
  settings.onChange((current) => {
    jobs.setJobsAtOnce(current.jobsAtOnce)
    jobs.setJobsPerEndpoint(current.jobsPerEndpoint)
    tell({ topic: 'settings.changed', payload: { settings: current } })
  })
  connections.onChange((changed) => tell({ topic: 'connections.changed', payload: { connections: changed } }))
  updates.onChange((update) => tell({ topic: 'updates.changed', payload: { update } }))
  jobs.onChange((payload) => tell({ topic: 'jobs.changed', payload }))
  scans.onChange((payload) => tell({ topic: 'scans.changed', payload }))
  grids.onChange((payload) => tell({ topic: 'grids.changed', payload }))

  const transportFor = (caller: Caller): Transport => ({
    invoke: (method, input, call) => dispatcher.invoke(method, input, call, caller),
    cancel: dispatcher.cancel,
    subscribe(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  })
  return {
    transport: transportFor('window'),
    ownTransport: transportFor('person'),
    jobs,
    ownership,
    async close() {
      offDesktop?.()
      offLog()
      offManifests()
      offOffline()
      updates.close()
      offSignIns()
      dispatcher.cancelAll()
      await scans.close()
      await jobs.close()
      await grids.close()
      webhooks.close()
      storages.close()
      keys.close()
      await ownership.release()
    },
  }
}
