import { z } from 'zod'
import {
  BUCKET_SETTINGS,
  bucketTags,
  defaultEncryption,
  LONGEST_LINK,
  newBucketName,
  type BucketPartOf,
} from '#model/bucket.ts'
import type { ToolCommands } from '#model/aws-command.ts'
import { connectionId, ssoPortal } from '#model/connection.ts'
import { failureCode } from '#model/failure.ts'
import { fieldNameText } from '#model/field.ts'
import { fieldRules } from '#model/field-rules.ts'
import { GRID_VIEWS, gridRows, type GridImport, type GridSnapshot } from '#model/grid.ts'
import type { FailureGroup, JobDetail, JobSnapshot, RightsReport } from '#model/job.ts'
import { manifestAt, type ManifestAt, type ManifestFound } from '#model/manifest.ts'
import type { BucketSummary } from '#model/object.ts'
import { budget, orders, priority } from '#model/orders.ts'
import { CONFLICT_ANSWERS, itemQuery } from '#model/plan.ts'
import type { ObjectPreview } from '#model/preview.ts'
import type { PricesView } from '#model/prices.ts'
import { customerKeyName, type Acl } from '#model/properties.ts'
import type { UpdateState } from '#model/releases.ts'
import { scanOf, type ScanSnapshot, type UploadsAborted } from '#model/scan.ts'
import { settingsPatch, type EndpointProbe, type KnownCustomerKey, type Settings } from '#model/settings.ts'
import {
  archivePolicy,
  bucketName,
  jobSpec,
  keyPrefix,
  objectKey,
  REPORT_FORMATS,
  selection,
  type JobSpec,
} from '#model/spec.ts'
import { FILE_CHOICES } from './host.ts'
import type {
  AppInfo,
  BucketHolds,
  BucketProperties,
  DeliveredFile,
  GridPage,
  ItemsPage,
  JobTemplate,
  LinkMade,
  ListingPage,
  LocalFolder,
  ObjectDetails,
  ScanPage,
  ShownFolder,
  VersionsPage,
  Webhook,
} from './answers.ts'
import type {
  ConnectionTest,
  ConnectionView,
  FoundElsewhere,
  FoundProfile,
  SsoAccount,
  SsoSession,
} from './connection-answers.ts'
import { connectionDraft, connectionTrial, customerKeyDraft, mfaCode, secret, unsaved } from './drafts.ts'

interface Method<Input extends z.ZodType, Output> {
  readonly input: Input
  /** Its input may hold a secret: refusals name the field, never the value. */
  readonly sensitive?: true
  /** Only the type counts. */
  readonly output?: Output
}

/** `takes(schema).gives<Type>()`, in two steps because TypeScript infers all type arguments or none. */
function takes<Input extends z.ZodType>(input: Input, flags: { sensitive?: true } = {}) {
  return { gives: <Output>(): Method<Input, Output> => ({ input, ...flags }) }
}

const webhookText = z.string().min(1).max(2048)
const nothing = z.strictObject({})
const oneObject = z.strictObject({
  connection: connectionId,
  bucket: bucketName,
  key: objectKey,
  versionId: z.string().min(1).max(1024).optional(),
})
const jobId = z.string().min(1).max(64)
const byJob = z.strictObject({ id: jobId })
const scanId = z.string().min(1).max(64)
const byScan = z.strictObject({ id: scanId })
const gridId = z.string().min(1).max(64)
const byGrid = z.strictObject({ id: gridId })

/** Everything a window, a browser or a script can ask of the core. Inputs are parsed here, once, at the door. */
export const methods = {
  'app.info': takes(nothing).gives<AppInfo>(),

  /** The folder of the log files, opened where the host can. */
  'logs.show': takes(nothing).gives<ShownFolder>(),

  'settings.get': takes(nothing).gives<Settings>(),
  'settings.update': takes(settingsPatch).gives<Settings>(),

  /** What is known of newer versions; asks nobody. */
  'updates.state': takes(nothing).gives<UpdateState>(),
  'updates.check': takes(nothing).gives<UpdateState>(),
  /** The page of the newer release in the person's browser; `shown`: the window has to show the link. */
  'updates.open': takes(nothing).gives<'opened' | 'shown'>(),

  'connections.list': takes(nothing).gives<readonly ConnectionView[]>(),
  'connections.save': takes(connectionDraft, { sensitive: true }).gives<ConnectionView>(),
  'connections.remove': takes(z.strictObject({ id: connectionId })).gives<void>(),
  /** Tries a draft, or a saved connection as it is, and says which step fails. Leaves nothing behind. */
  'connections.test': takes(connectionTrial, { sensitive: true }).gives<ConnectionTest>(),
  /** A role is taken with a code of the device; what waits for the connection goes on. */
  'connections.signIn': takes(z.strictObject({ id: connectionId, code: mfaCode }), {
    sensitive: true,
  }).gives<ConnectionView>(),
  /** Stores that rclone, Cyberduck and s3cmd know, in the files where these keep their settings. */
  'connections.elsewhere': takes(nothing).gives<readonly FoundElsewhere[]>(),
  'connections.importElsewhere': takes(
    z.strictObject({ ids: z.array(z.string().min(1).max(200)).min(1).max(200) }),
  ).gives<readonly ConnectionView[]>(),
  /** A settings file that somebody opened or dropped here: rclone.conf, .s3cfg, a Cyberduck profile or bookmark. */
  'connections.importFile': takes(
    z.strictObject({ name: z.string().min(1).max(255), text: z.string().max(1_000_000) }),
    { sensitive: true },
  ).gives<readonly ConnectionView[]>(),

  /** The portals of the connections and of the AWS files, and those that a sign-in was begun for. */
  'sso.sessions': takes(nothing).gives<readonly SsoSession[]>(),
  /** Begins to sign in, and opens the page where the host can; `sso.changed` tells how it goes. */
  'sso.signIn': takes(ssoPortal).gives<SsoSession>(),
  'sso.cancel': takes(ssoPortal).gives<SsoSession>(),
  /** What whoever signed in may take. */
  'sso.accounts': takes(ssoPortal).gives<readonly SsoAccount[]>(),
  /** The password of the proxy; null forgets it. */
  'network.proxyPassword': takes(z.strictObject({ password: z.string().min(1).max(1024).nullable() }), {
    sensitive: true,
  }).gives<void>(),
  /** The profiles of this machine's AWS files. */
  'connections.profiles': takes(nothing).gives<readonly FoundProfile[]>(),
  'connections.import': takes(z.strictObject({ profiles: z.array(z.string().min(1)).min(1).max(200) })).gives<
    readonly ConnectionView[]
  >(),
  /**
   * Tries in a bucket what the endpoint keeps its word on, with small objects that are deleted again, and remembers it.
   * A person asks for it: it writes.
   */
  'connections.probe': takes(
    z.strictObject({ connection: connectionId, bucket: bucketName }),
  ).gives<EndpointProbe>(),
  /** The key ring (SSE-C): names and fingerprints. A key goes in, and never comes out again. */
  'keys.list': takes(nothing).gives<readonly KnownCustomerKey[]>(),
  'keys.save': takes(customerKeyDraft, { sensitive: true }).gives<KnownCustomerKey>(),
  'keys.remove': takes(z.strictObject({ name: customerKeyName })).gives<void>(),
  /** Starts the playground where it is not running, and gives its connection. */
  'playground.open': takes(nothing).gives<ConnectionView>(),
  /** `slow`: some thousand copies answer as a store far away does, so that there is a job to pause. */
  'playground.pace': takes(z.strictObject({ pace: z.enum(['slow', 'own']) })).gives<void>(),

  'buckets.list': takes(z.strictObject({ connection: connectionId })).gives<readonly BucketSummary[]>(),
  'buckets.properties': takes(
    z.strictObject({ connection: connectionId, bucket: bucketName }),
  ).gives<BucketProperties>(),
  /** With what is asked for; a refusal after it was made says that it stands. */
  'buckets.create': takes(
    z.strictObject({
      connection: connectionId,
      bucket: newBucketName,
      /** Absent: the connection's. */
      region: z.string().min(1).max(64).optional(),
      versioning: z.boolean().default(false),
      encryption: defaultEncryption.optional(),
      objectLock: z.boolean().default(false),
    }),
  ).gives<void>(),
  /** Only an empty one; `confirm` is its name once more. */
  'buckets.delete': takes(
    z.strictObject({ connection: connectionId, bucket: bucketName, confirm: z.string().max(255) }),
  ).gives<void>(),
  /** What stands in the way of its deletion. */
  'buckets.holds': takes(
    z.strictObject({ connection: connectionId, bucket: bucketName }),
  ).gives<BucketHolds>(),
  /** One part of what it says of itself, for one request. */
  'buckets.part': takes(
    z.strictObject({ connection: connectionId, bucket: bucketName, part: z.enum(BUCKET_SETTINGS) }),
  ).gives<BucketPartOf>(),
  'buckets.change': takes(
    z.strictObject({
      connection: connectionId,
      bucket: bucketName,
      change: z.discriminatedUnion('part', [
        z.strictObject({ part: z.literal('versioning'), to: z.enum(['enabled', 'suspended']) }),
        z.strictObject({ part: z.literal('encryption'), to: defaultEncryption }),
        /** All of them. */
        z.strictObject({ part: z.literal('tags'), to: bucketTags }),
      ]),
    }),
  ).gives<void>(),

  /** Begins to count, search or look through a place; `scans.changed` tells how far it is. Writes nothing. */
  'scans.start': takes(
    z.strictObject({
      connection: connectionId,
      bucket: bucketName,
      prefix: keyPrefix,
      what: scanOf,
      as: unsaved.optional(),
    }),
    { sensitive: true },
  ).gives<ScanSnapshot>(),
  'scans.get': takes(byScan).gives<ScanSnapshot>(),
  /** A window of what a search or a look for uploads found so far. */
  'scans.rows': takes(
    z.strictObject({ id: scanId, offset: z.int().min(0), limit: z.int().min(1).max(500) }),
  ).gives<ScanPage>(),
  /** What is known stays. */
  'scans.stop': takes(byScan).gives<ScanSnapshot>(),
  /** With what it found. */
  'scans.close': takes(byScan).gives<void>(),
  /** Of the uploads that a scan found: rows by their numbers, or the old ones. Those that a job of ours uses are left. */
  'uploads.abort': takes(
    z.strictObject({
      id: scanId,
      which: z.union([
        z.strictObject({ rows: z.array(z.int().min(0)).min(1).max(10_000) }),
        z.strictObject({ olderThanDays: z.int().min(0).max(36_500) }),
      ]),
    }),
  ).gives<UploadsAborted>(),

  'objects.list': takes(
    z.strictObject({
      connection: connectionId,
      bucket: bucketName,
      prefix: keyPrefix,
      next: z.string().max(8192).optional(),
    }),
  ).gives<ListingPage>(),
  /** A HEAD and the tags. What else there is to know is asked for when somebody looks at it. */
  'objects.details': takes(oneObject).gives<ObjectDetails>(),
  'objects.acl': takes(oneObject).gives<Acl>(),
  /** Its beginning, by a HEAD and a ranged GET. Nothing of it is interpreted. */
  'objects.preview': takes(oneObject).gives<ObjectPreview>(),
  /** A presigned GET, handed to the person by the host. Invariant 9: it is not in the answer. */
  'objects.link': takes(
    oneObject.extend({
      /** Seconds. */
      expires: z.int().min(1).max(LONGEST_LINK),
      /** Whoever opens it is asked to save it under its name. */
      download: z.boolean().default(false),
    }),
  ).gives<LinkMade>(),
  /** Writes an empty object whose key is the prefix; refuses (`destination-exists`) where it stands already. */
  'objects.createFolder': takes(
    z.strictObject({ connection: connectionId, bucket: bucketName, prefix: objectKey.endsWith('/') }),
  ).gives<void>(),

  /** Every version and delete marker below a prefix; `delimited`: deeper ones as prefixes. */
  'versions.list': takes(
    z.strictObject({
      connection: connectionId,
      bucket: bucketName,
      prefix: keyPrefix,
      delimited: z.boolean(),
      next: z.string().max(8192).optional(),
    }),
  ).gives<VersionsPage>(),

  /** Lists a selection into a new metadata grid. Writes nothing to S3, ever. */
  'grids.open': takes(
    z.strictObject({
      connection: connectionId,
      bucket: bucketName,
      select: z.array(selection).min(1).max(100_000),
      base: keyPrefix,
      as: unsaved.optional(),
    }),
    { sensitive: true },
  ).gives<GridSnapshot>(),
  /** Those that are open, also from an earlier start. */
  'grids.list': takes(nothing).gives<readonly GridSnapshot[]>(),
  'grids.get': takes(byGrid).gives<GridSnapshot>(),
  /** A window of a view. What of it is not known yet is read at once; a change tells when it is there. */
  'grids.rows': takes(
    z.strictObject({
      id: gridId,
      view: z.enum(GRID_VIEWS),
      offset: z.int().min(0),
      limit: z.int().min(1).max(500),
    }),
  ).gives<GridPage>(),
  'grids.setRules': takes(z.strictObject({ id: gridId, rules: fieldRules })).gives<GridSnapshot>(),
  /** Sets cells by hand; null takes the value away, absent gives the cell back to the rules. */
  'grids.edit': takes(
    z.strictObject({
      id: gridId,
      at: gridRows,
      field: fieldNameText,
      value: z.string().max(8192).nullable().optional(),
    }),
  ).gives<GridSnapshot>(),
  /** Tab-separated lines, as from a spreadsheet, from a row of a view on, into these fields from left to right. */
  'grids.paste': takes(
    z.strictObject({
      id: gridId,
      view: z.enum(GRID_VIEWS),
      from: z.int().min(0),
      fields: z.array(fieldNameText).min(1).max(500),
      text: z.string().max(8_000_000),
    }),
  ).gives<GridImport>(),
  /** CSV with a heading: `key` and fields, as `grids.export` writes it; piece by piece, applied with the last. */
  'grids.import': takes(
    z.strictObject({ id: gridId, text: z.string().max(4_000_000), first: z.boolean(), last: z.boolean() }),
  ).gives<GridImport | undefined>(),
  /** The view as CSV, after the edit; of rows that are not known yet what a listing tells. */
  'grids.export': takes(z.strictObject({ id: gridId, view: z.enum(GRID_VIEWS) })).gives<DeliveredFile>(),
  /** Reads all rows, seen or not, or stops doing so. */
  'grids.ahead': takes(z.strictObject({ id: gridId, on: z.boolean() })).gives<GridSnapshot>(),
  'grids.undo': takes(byGrid).gives<GridSnapshot>(),
  'grids.redo': takes(byGrid).gives<GridSnapshot>(),
  /** With all its edits. */
  'grids.close': takes(byGrid).gives<void>(),

  /** Files and folders of this machine by their absolute paths, as sources of a job. They have to be granted. */
  'files.place': takes(
    z.strictObject({ paths: z.array(z.string().min(1).max(4096)).min(1).max(100_000) }),
  ).gives<readonly LocalFolder[]>(),
  /** Asks the person for them; of `download`, the folder that it goes into. Undefined where nothing was chosen. */
  'files.choose': takes(z.strictObject({ for: z.enum(FILE_CHOICES) })).gives<
    readonly LocalFolder[] | undefined
  >(),
  /** What a download brought: shown in the file manager, or as a link to fetch it by. */
  'files.reveal': takes(z.strictObject({ path: z.string().min(1).max(4096) })).gives<
    { readonly kind: 'shown' } | { readonly kind: 'url'; readonly url: string }
  >(),

  'jobs.list': takes(nothing).gives<readonly JobSnapshot[]>(),
  'jobs.get': takes(byJob).gives<JobDetail>(),
  /** Plans a job. A draft waits for `jobs.start`; any other starts by itself as soon as its turn comes. */
  'jobs.create': takes(
    z.strictObject({
      spec: jobSpec,
      draft: z.boolean(),
      orders: orders.optional(),
      /** From the command line to the owner of the data directory: keys that live in memory only, by connection id. */
      credentials: z.record(z.string(), secret).optional(),
      /** Keys for the key ring of this process's memory, by name. */
      customerKeys: z.record(customerKeyName, z.string().min(1).max(128)).optional(),
      /** Likewise, what of webhooks is known here: where they are called, and what their calls are signed with. */
      webhooks: z
        .record(
          z.string().min(1).max(64),
          z.strictObject({ url: webhookText.optional(), secret: webhookText.optional() }),
        )
        .optional(),
    }),
    { sensitive: true },
  ).gives<JobSnapshot>(),
  /**
   * `now`: before all that wait. `queue`: after them. A plan made a while ago is looked at anew first; `stale`: what then
   * becomes of it where something changed: `ask` leaves it `ready`, with what changed in its freshness.
   */
  'jobs.start': takes(
    z.strictObject({
      id: jobId,
      when: z.enum(['now', 'queue']),
      stale: z.enum(['ask', 'go-on']).default('go-on'),
    }),
  ).gives<JobSnapshot>(),
  /** A draft is kept: it stays with its plan, also after a restart, and can be started later. */
  'jobs.keep': takes(byJob).gives<JobSnapshot>(),
  /** Looks at source and destination of a finished plan anew, and plans what changed. */
  'jobs.refresh': takes(byJob).gives<JobSnapshot>(),
  /** Of a plan that is not yet carried out: what becomes of those whose name is taken, one by one or in groups. */
  'jobs.answer': takes(
    z.strictObject({
      id: jobId,
      which: z.union([
        z.strictObject({ seqs: z.array(z.int().positive()).min(1).max(10_000) }),
        z.strictObject({ query: itemQuery }),
      ]),
      answer: z.enum(CONFLICT_ANSWERS),
    }),
  ).gives<JobSnapshot>(),
  'jobs.pause': takes(byJob).gives<JobSnapshot>(),
  'jobs.resume': takes(byJob).gives<JobSnapshot>(),
  'jobs.cancel': takes(byJob).gives<JobSnapshot>(),
  /** Takes a draft or a finished job off the list, with its plan and journal. */
  'jobs.remove': takes(byJob).gives<void>(),
  /** The failed items once more: all, or those of one cause; with what was in their way out of it. */
  'jobs.retry': takes(
    z.strictObject({
      id: jobId,
      code: failureCode.optional(),
      s3Code: z.string().max(200).optional(),
      with: z
        .strictObject({
          archived: archivePolicy.optional(),
          /** Of the key ring, before those that the sources name. */
          customerKeys: z.array(customerKeyName).min(1).max(16).optional(),
        })
        .optional(),
      /** Keys for the key ring of this process's memory, by name. */
      lend: z.record(customerKeyName, z.string().min(1).max(128)).optional(),
    }),
    { sensitive: true },
  ).gives<JobSnapshot>(),
  /** The failed items of one cause are left as they are: skipped, and no failures any more. */
  'jobs.leave': takes(
    z.strictObject({ id: jobId, code: failureCode, s3Code: z.string().max(200).optional() }),
  ).gives<JobSnapshot>(),
  /** What was refused, what else is needed, and the policies that would grant it. Reads, and writes nothing. */
  'jobs.rights': takes(byJob).gives<RightsReport>(),
  /** Among those that wait: right before that one; null: after all. */
  'jobs.move': takes(z.strictObject({ id: jobId, before: jobId.nullable() })).gives<JobSnapshot>(),
  'jobs.priority': takes(z.strictObject({ id: jobId, priority })).gives<JobSnapshot>(),
  /** Starts by itself at that moment (milliseconds since the epoch); null: as soon as its turn comes. */
  'jobs.schedule': takes(
    z.strictObject({ id: jobId, at: z.int().positive().nullable() }),
  ).gives<JobSnapshot>(),
  /** Null: without one. A job that was paused by its budget goes on by `jobs.resume`. */
  'jobs.budget': takes(z.strictObject({ id: jobId, budget: budget.nullable() })).gives<JobSnapshot>(),
  /** Plans a job that takes back what this one did. */
  'jobs.undo': takes(z.strictObject({ id: jobId, draft: z.boolean() })).gives<JobSnapshot>(),
  'jobs.items': takes(
    z.strictObject({
      id: jobId,
      ...itemQuery.shape,
      /** How many matching items to pass over. */
      offset: z.int().min(0),
      limit: z.int().min(1).max(500),
    }),
  ).gives<ItemsPage>(),
  'jobs.failures': takes(byJob).gives<readonly FailureGroup[]>(),
  /** Writes the completion report and hands it over as the host can: a dialog, or a link. */
  'jobs.report': takes(z.strictObject({ id: jobId, format: z.enum(REPORT_FORMATS) })).gives<DeliveredFile>(),
  /** The plan as CSV, one row an item: action, key, where to, size, warnings. */
  'jobs.plan': takes(z.strictObject({ id: jobId, query: itemQuery.prefault({}) })).gives<DeliveredFile>(),
  /** The same items as a manifest of S3 Batch Operations. */
  'jobs.manifest': takes(z.strictObject({ id: jobId, query: itemQuery.prefault({}) })).gives<DeliveredFile>(),
  /** The rows of the job's manifest that it could not use: line, reason, row. */
  'jobs.badRows': takes(byJob).gives<DeliveredFile>(),
  /** Everything that is known of it in one file: spec, plan, journal, report. No secret is in it. */
  'jobs.record': takes(byJob).gives<DeliveredFile>(),
  /** Such a file from elsewhere, piece by piece; the job is there, to be looked at, with the last. */
  'jobs.importRecord': takes(
    z.strictObject({
      /** Of this import, made up by the caller. */
      id: z.string().min(1).max(64),
      text: z.string().max(4_000_000),
      last: z.boolean(),
    }),
  ).gives<JobSnapshot | undefined>(),
  /** What the AWS command line would be told. */
  'jobs.command': takes(byJob).gives<ToolCommands>(),
  /** What jobs wait for may have come: the machine woke up, a network is back. They look at once. */
  'jobs.wake': takes(nothing).gives<void>(),
  /** The spec as a job file for `decant run`. */
  'jobs.file': takes(byJob).gives<JobSpec>(),

  /** A text that somebody pasted or dropped becomes a file to make jobs from, piece by piece; its place with the last. */
  'manifests.keep': takes(
    z.strictObject({
      /** Of this file, made up by the caller. */
      id: z.string().min(1).max(64),
      name: z.string().min(1).max(255),
      text: z.string().max(4_000_000),
      last: z.boolean(),
    }),
  ).gives<ManifestAt | undefined>(),
  /** Reads it through: its format, its buckets, its bad rows. */
  'manifests.inspect': takes(z.strictObject({ at: manifestAt })).gives<ManifestFound>(),
  /** A selection listed into a manifest of S3 Batch Operations. */
  'manifests.make': takes(
    z.strictObject({
      connection: connectionId,
      bucket: bucketName,
      select: z.array(selection).min(1).max(100_000),
      /** Of every version, by its id. */
      versions: z.boolean().default(false),
    }),
  ).gives<DeliveredFile>(),

  'templates.list': takes(nothing).gives<readonly JobTemplate[]>(),
  /** Of a job's spec; one of the same name is replaced. */
  'templates.save': takes(
    z.strictObject({ name: z.string().trim().min(1).max(100), job: jobId }),
  ).gives<JobTemplate>(),
  'templates.spec': takes(z.strictObject({ id: z.string().min(1).max(64) })).gives<JobSpec>(),
  'templates.remove': takes(z.strictObject({ id: z.string().min(1).max(64) })).gives<void>(),

  'webhooks.list': takes(nothing).gives<readonly Webhook[]>(),
  'webhooks.save': takes(
    z.strictObject({
      name: z.string().trim().min(1).max(64),
      /** https, or http to this machine. */
      url: webhookText,
      /** What its calls are signed with: 16 to 256 characters. Without, they are not signed. */
      secret: webhookText.optional(),
    }),
    { sensitive: true },
  ).gives<Webhook>(),
  'webhooks.remove': takes(z.strictObject({ name: z.string().min(1).max(64) })).gives<void>(),
  /** Tells it something, and says what it answered: a sentence. */
  'webhooks.test': takes(z.strictObject({ name: z.string().min(1).max(64) })).gives<{
    readonly ok: boolean
    readonly detail: string
  }>(),

  'prices.get': takes(nothing).gives<PricesView>(),
  /** A file of one's own beside the settings, made from the built-in one where there is none, and shown. */
  'prices.edit': takes(nothing).gives<PricesView & { readonly opened: boolean }>(),
} as const

export type Methods = typeof methods
export type MethodName = keyof Methods
/** As the caller writes it. */
export type Input<M extends MethodName> = z.input<Methods[M]['input']>
/** As the handler gets it. */
export type Parsed<M extends MethodName> = z.output<Methods[M]['input']>
export type Output<M extends MethodName> =
  Methods[M] extends Method<infer _Schema, infer Value> ? Value : never

export function isMethod(name: string): name is MethodName {
  return Object.hasOwn(methods, name)
}
