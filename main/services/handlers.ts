import path from 'node:path'
import type { Handlers } from '#contract/handlers.ts'
import type { HostPort } from '#contract/host.ts'
import type { CoreOptions } from '#contract/transport.ts'
import { awsCommands } from '#model/aws-command.ts'
import type { Seams } from '#model/seams.ts'
import type { Jobs } from '../jobs/api.ts'
import { logFolder } from '../log/log-file.ts'
import type { Sso } from '../credentials/sso.ts'
import { bucketHolds, bucketPart, changeBucket, createBucket, deleteBucket } from './buckets.ts'
import { checkCaFiles } from './ca-files.ts'
import { testConnection } from './connection-test.ts'
import type { Connections } from './connections.ts'
import type { CustomerKeys } from './customer-keys.ts'
import { gridEdits } from './grid-edits.ts'
import {
  checkPlannable,
  closeGrid,
  getGrid,
  gridRows,
  listGrids,
  openGrid,
  type GridService,
} from './grids.ts'
import { refuseLocalConnection, refuseUngranted } from './file-grants.ts'
import { choosePlaces, placePaths, reveal } from './local-places.ts'
import type { NetworkService } from './network.ts'
import type { Elsewhere } from './elsewhere/elsewhere.ts'
import { createJob, deliverRecord, deliverPlan, deliverReport, jobFile, undoJob } from './jobs.ts'
import { retryJob } from './retry.ts'
import { makeLink } from './links.ts'
import {
  deliverBadRows,
  deliverManifest,
  inspect,
  keepManifest,
  makeManifest,
  refuseUngrantedManifest,
} from './manifests.ts'
import { objectDetails, objectPreview } from './objects.ts'
import { bucketProperties, createFolder, listPage, listVersions } from './places.ts'
import { pacePlayground } from './playground-pace.ts'
import { editPrices, type PriceBook } from './prices.ts'
import { probe } from './probe.ts'
import { abortFound, scanRows, startScan, type ScanService } from './scans.ts'
import { patched, type SettingsStore } from './settings.ts'
import type { Storages } from './storages.ts'
import type { Updates } from './updates.ts'
import type { Webhooks } from './webhooks.ts'

export interface Services {
  readonly core: CoreOptions
  readonly host: HostPort
  readonly settings: SettingsStore
  readonly connections: Connections
  readonly elsewhere: Elsewhere
  readonly network: NetworkService
  readonly sso: Sso
  readonly storages: Storages
  readonly customerKeys: CustomerKeys
  readonly webhooks: Webhooks
  readonly jobs: Jobs
  readonly grids: GridService
  readonly updates: Updates
  readonly scans: ScanService
  readonly prices: PriceBook
  readonly seams: Seams
}

/** The whole contract, method by method. Each line says who does it; how is in that one's file. */
export function createHandlers(services: Services): Handlers {
  const { core, host, settings, connections, network, sso, customerKeys, webhooks, jobs, updates } = services
  return {
    'app.info': async () => ({
      version: core.version,
      dataDir: core.dataDir,
      platform: process.platform,
      host: await host.capabilities(),
      notice: [settings.notice, ...services.grids.notices()].filter(Boolean).join(' ') || undefined,
    }),

    'logs.show': async () => {
      const folder = logFolder(core.dataDir)
      return { path: folder, opened: (await host.openFolder(folder)) === 'opened' }
    },

    'settings.get': () => settings.current(),
    'settings.update': async (patch) => {
      const known = settings.current().network.caFiles
      await checkCaFiles(patch.network?.caFiles.filter((file) => !known.includes(file)) ?? [])
      return settings.update((current) => patched(current, patch))
    },

    'updates.state': () => updates.state(),
    'updates.check': () => updates.check(),
    'updates.open': () => updates.openPage(),

    'connections.list': () => connections.list(),
    'connections.save': (draft) => {
      refuseLocalConnection(draft.connection)
      return connections.save(draft)
    },
    'connections.remove': ({ id }) => connections.remove(id),
    'connections.test': (draft, { signal }) => {
      refuseLocalConnection(draft.connection)
      return testConnection(services, draft, signal)
    },
    'connections.signIn': ({ id, code }) => connections.signIn(id, code),
    'connections.elsewhere': () => services.elsewhere.list(),
    'connections.importElsewhere': ({ ids }) => services.elsewhere.import(ids),
    'connections.importFile': (file) => services.elsewhere.importFile(file),
    'sso.sessions': () => sso.sessions(),
    'sso.signIn': (portal) => sso.signIn(portal),
    'sso.cancel': (portal) => sso.cancel(portal),
    'sso.accounts': (portal, { signal }) => sso.accounts(portal, signal),
    'network.proxyPassword': ({ password }) => network.setPassword(password),
    'connections.profiles': () => connections.profiles(),
    'connections.import': ({ profiles }) => connections.import(profiles),
    'connections.probe': (place, { signal }) =>
      connections.use(place.connection, (storage) => probe(services, storage, place, signal)),
    'keys.list': () => customerKeys.list(),
    'keys.save': (draft) => customerKeys.save(draft),
    'keys.remove': ({ name }) => customerKeys.remove(name),
    'playground.open': () => connections.openPlayground(),
    'playground.pace': ({ pace }) => pacePlayground(host, pace),

    'buckets.list': ({ connection }, { signal }) => connections.buckets(connection, signal),
    'buckets.properties': ({ connection, bucket }, { signal }) =>
      connections.use(connection, (storage) => bucketProperties(storage, bucket, signal)),
    'buckets.create': ({ connection, ...bucket }, { signal }) =>
      connections.use(connection, (storage) => createBucket(storage, { connection, ...bucket }, signal)),
    'buckets.delete': ({ connection, ...bucket }, { signal }) =>
      connections.use(connection, (storage) => deleteBucket(storage, bucket, signal)),
    'buckets.holds': ({ connection, bucket }, { signal }) =>
      connections.use(connection, (storage) => bucketHolds(storage, bucket, signal)),
    'buckets.part': ({ connection, ...asked }, { signal }) =>
      connections.use(connection, (storage) => bucketPart(storage, asked, signal)),
    'buckets.change': (change, { signal }) =>
      connections.use(change.connection, (storage) => changeBucket(storage, change, signal)),
    'scans.start': (request) => startScan(services, request),
    'scans.get': async ({ id }) => (await services.scans.use()).find(id).snapshot(),
    'scans.rows': (request) => scanRows(services, request),
    'scans.stop': async ({ id }) => {
      const scan = (await services.scans.use()).find(id)
      scan.stop()
      return scan.snapshot()
    },
    'scans.close': async ({ id }) => (await services.scans.use()).close(id),
    'uploads.abort': (request, { signal }) => abortFound(services, request, signal),
    'objects.list': ({ connection, ...place }, { signal }) =>
      connections.use(connection, (storage) => listPage(storage, place, signal)),
    'objects.details': ({ connection, ...object }, { signal }) =>
      connections.use(connection, (storage) => objectDetails(storage, customerKeys, object, signal)),
    'objects.acl': ({ connection, ...object }, { signal }) =>
      connections.use(connection, (storage) => storage.getAcl(object, signal)),
    'objects.preview': ({ connection, ...object }, { signal }) =>
      connections.use(connection, (storage) => objectPreview(storage, customerKeys, object, signal)),
    'objects.link': ({ connection, ...object }, { signal }) =>
      connections.use(connection, (storage) => makeLink(host, storage, object, signal)),
    'objects.createFolder': ({ connection, ...place }, { signal }) =>
      connections.use(connection, (storage) => createFolder(storage, place, signal)),
    'versions.list': ({ connection, ...place }, { signal }) =>
      connections.use(connection, (storage) => listVersions(storage, place, signal)),

    'grids.open': (request) => {
      if (request.as) refuseLocalConnection(request.as.config)
      return openGrid(services, request)
    },
    'grids.list': () => listGrids(services),
    'grids.get': ({ id }) => getGrid(services, id),
    'grids.rows': (request) => gridRows(services, request),
    ...gridEdits(services),
    'grids.close': ({ id }) => closeGrid(services, id),

    'jobs.list': () => jobs.list(),
    'jobs.get': ({ id }) => jobs.get(id),
    'files.place': ({ paths }) => placePaths(host, paths),
    'files.choose': (request) => choosePlaces(host, request.for),
    'files.reveal': (request) => reveal(host, request.path),

    'jobs.create': async (request, { caller }) => {
      if (caller === 'window') {
        await refuseUngranted(host, request.spec)
        const { manifest } = request.spec
        if (manifest) await refuseUngrantedManifest(host, manifest.at, core.dataDir)
      }
      await checkPlannable(services, request.spec)
      return createJob(services, request)
    },
    'jobs.start': ({ id, when, stale }) => jobs.start(id, when, stale),
    'jobs.keep': ({ id }) => jobs.keep(id),
    'jobs.refresh': ({ id }) => jobs.refresh(id),
    'jobs.answer': ({ id, which, answer }) => jobs.answer(id, which, answer),
    'jobs.pause': ({ id }) => jobs.pause(id),
    'jobs.resume': ({ id }) => jobs.resume(id),
    'jobs.cancel': ({ id }) => jobs.cancel(id),
    'jobs.remove': ({ id }) => jobs.remove(id),
    'jobs.retry': (request) => retryJob(services, request),
    'jobs.rights': ({ id }, { signal }) => jobs.rights(id, signal),
    'jobs.leave': ({ id, ...cause }) => jobs.leave(id, cause),
    'jobs.undo': (request, { caller }) => undoJob(services, request, caller),
    'jobs.items': ({ id, offset, limit, ...query }) => jobs.items(id, query, offset, limit),
    'jobs.failures': ({ id }) => jobs.failures(id),
    'jobs.report': ({ id, format }) =>
      deliverReport(services, id, format, path.join(core.dataDir, 'reports')),
    'jobs.wake': () => jobs.wake(),
    'templates.list': () => jobs.templates.list(),
    'templates.save': ({ name, job }) => jobs.templates.save(name, jobs.get(job).spec),
    'templates.spec': ({ id }) => jobs.templates.spec(id),
    'templates.remove': ({ id }) => jobs.templates.remove(id),
    'jobs.move': ({ id, before }) => jobs.move(id, before),
    'jobs.priority': ({ id, priority }) => jobs.setPriority(id, priority),
    'jobs.schedule': ({ id, at }) => jobs.schedule(id, at),
    'jobs.file': ({ id }) => jobFile(services, id),

    'jobs.budget': ({ id, budget }) => jobs.setBudget(id, budget),
    'jobs.plan': (request) => deliverPlan(services, request, path.join(core.dataDir, 'reports')),
    'jobs.manifest': (request) => deliverManifest(services, request),
    'jobs.badRows': ({ id }) => deliverBadRows(services, id),
    'jobs.record': ({ id }) => deliverRecord(services, id, path.join(core.dataDir, 'reports')),
    'jobs.importRecord': ({ id, text, last }) => jobs.importRecord(id, text, last),
    'jobs.command': ({ id }) => awsCommands(jobs.get(id).spec),
    'manifests.keep': (piece) => keepManifest(services, piece),
    'manifests.inspect': ({ at }, { caller, signal }) => inspect(services, at, caller, signal),
    'manifests.make': ({ connection, ...selection }, { signal }) =>
      connections.use(connection, (storage) => makeManifest(services, storage, selection, signal)),
    'webhooks.list': () => webhooks.list(),
    'webhooks.save': ({ name, url, secret }) => webhooks.save(name, url, secret),
    'webhooks.remove': ({ name }) => webhooks.remove(name),
    'webhooks.test': ({ name }, { signal }) => webhooks.test(name, signal),
    'prices.get': () => services.prices.view(),
    'prices.edit': () => editPrices(services.prices, host),
  }
}
