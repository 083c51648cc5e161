import { z } from 'zod'
import { connection } from './connection.ts'
import { customerKeyName } from './properties.ts'
import { conflictPolicy, verifyLevel } from './spec.ts'

const place = z.strictObject({ connection: z.string(), bucket: z.string(), prefix: z.string() })
export type Place = z.infer<typeof place>

const pane = z.strictObject({
  place: place.nullable(),
  sort: z.strictObject({ by: z.enum(['name', 'size', 'modified', 'class']), descending: z.boolean() }),
})

/** How wide what stands beside the panes may be made, in pixels. */
export const WIDTHS = {
  sidebar: { least: 160, most: 420 },
  inspector: { least: 224, most: 560 },
} as const

const layout = z.strictObject({
  panes: z.tuple([pane, pane]),
  /** Share of the left pane, 0.2 to 0.8. */
  split: z.number().min(0.2).max(0.8),
  second: z.boolean(),
  sidebar: z.boolean(),
  inspector: z.boolean(),
  /** In pixels; absent: what suits the width of the window. */
  sidebarWidth: z.int().min(WIDTHS.sidebar.least).max(WIDTHS.sidebar.most).optional(),
  inspectorWidth: z.int().min(WIDTHS.inspector.least).max(WIDTHS.inspector.most).optional(),
})

/** The way out of this machine. */
const network = z.strictObject({
  /** `environment`: HTTPS_PROXY, HTTP_PROXY and NO_PROXY, as the AWS tools read them. */
  proxy: z.discriminatedUnion('use', [
    z.strictObject({ use: z.literal('environment') }),
    z.strictObject({ use: z.literal('none') }),
    z.strictObject({
      use: z.literal('this'),
      url: z
        .string()
        .max(2048)
        .refine(
          (text) => URL.canParse(text) && /^(https?|socks[45]?h?):$/.test(new URL(text).protocol),
          'must be a URL that begins with http://, https:// or socks5://',
        )
        .refine((text) => !/^[a-z0-9]+:\/\/[^/]*@/.test(text), 'must not hold a user name or password'),
      /** Its password is a secret of the host's, under the id `proxy`. */
      user: z.string().max(256).optional(),
      /** Hosts that are reached without it, as NO_PROXY has them. */
      except: z.string().max(4096),
    }),
  ]),
  /** Certificate authorities to trust besides the well-known ones: absolute paths of files of PEM. */
  caFiles: z.array(z.string().min(1).max(4096)).max(20),
})
export type NetworkSettings = z.infer<typeof network>

/** What becomes of running jobs when the window is closed. Only a desktop has somewhere to go on. */
const ON_CLOSE = ['ask', 'background', 'quit'] as const
/** Each with all that weigh more. */
const LOG_LEVELS = ['error', 'warning', 'info', 'debug'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

/** The tour of the playground: it is left and taken up again, also after a restart. */
const tour = z.strictObject({
  state: z.enum(['new', 'on', 'left', 'done']),
  step: z.int().min(1).max(6),
  /** Milliseconds since the epoch: jobs from before are none of the tour's. */
  since: z.int().min(0),
  /** The copy of the tour was paused. */
  paused: z.boolean(),
})
export type TourState = z.infer<typeof tour>

const fields = {
  network,
  tour,
  onClose: z.enum(ON_CLOSE),
  /** The machine does not fall asleep while a job runs. */
  keepAwake: z.boolean(),
  logLevel: z.enum(LOG_LEVELS),
  theme: z.enum(['system', 'light', 'dark']),
  pinned: z.array(place).max(200),
  /** The first-run screen was answered. */
  welcomed: z.boolean(),
  /** Jobs that run at the same time. */
  jobsAtOnce: z.int().min(1).max(16),
  /** Of those that go through the same endpoint. */
  jobsPerEndpoint: z.int().min(1).max(16),
  notifications: z.boolean(),
  /** `check`: the releases feed is asked once a day. */
  updates: z.enum(['off', 'check']),
  /** How the pour sheet starts out. */
  pour: z.strictObject({ conflict: conflictPolicy, verify: verifyLevel }),
  layout,
}

/** A key of the key ring, without the key. */
const knownCustomerKey = z.strictObject({
  name: customerKeyName,
  /** The beginning of the key's SHA-256, in hexadecimal digits. */
  fingerprint: z.string(),
  createdAt: z.int(),
})
export type KnownCustomerKey = Readonly<z.infer<typeof knownCustomerKey>>

/** A webhook without its URL and its secret. */
const knownWebhook = z.strictObject({
  name: z.string().min(1).max(64),
  host: z.string(),
  createdAt: z.int(),
  /** Its calls carry a signature; the secret is the host's. */
  signed: z.boolean().default(false),
})

/** What a probe saw an endpoint keep its word on, by the names of the engine's habits. */
const endpointProbe = z.strictObject({
  at: z.int(),
  bucket: z.string(),
  habits: z.record(z.string(), z.boolean()),
})
export type EndpointProbe = Readonly<z.infer<typeof endpointProbe>>

const emptyPane: z.infer<typeof pane> = { place: null, sort: { by: 'name', descending: false } }

/** Everything Decant remembers that is no secret and no job. One schema for every host, versioned, migrated. */
export const settings = z.strictObject({
  v: z.literal(1),
  connections: z.array(connection).default([]),
  customerKeys: z.array(knownCustomerKey).default([]),
  /** By connection id. */
  probes: z.record(z.string(), endpointProbe).default({}),
  network: network.default({ proxy: { use: 'environment' }, caFiles: [] }),
  onClose: fields.onClose.default('ask'),
  keepAwake: fields.keepAwake.default(true),
  logLevel: fields.logLevel.default('info'),
  theme: fields.theme.default('system'),
  pinned: fields.pinned.default([]),
  welcomed: fields.welcomed.default(false),
  tour: tour.default({ state: 'new', step: 1, since: 0, paused: false }),
  jobsAtOnce: fields.jobsAtOnce.default(3),
  jobsPerEndpoint: fields.jobsPerEndpoint.default(16),
  /** Their URLs are secrets of the host's. */
  webhooks: z.array(knownWebhook).default([]),
  notifications: fields.notifications.default(true),
  updates: fields.updates.default('off'),
  pour: fields.pour.default({ conflict: 'skip', verify: 'auto' }),
  layout: layout.default({
    panes: [emptyPane, emptyPane],
    split: 0.58,
    second: true,
    sidebar: true,
    inspector: true,
  }),
})
export type Settings = z.infer<typeof settings>

export const DEFAULT_SETTINGS: Settings = settings.parse({ v: 1 })

/** What may be changed, field by field. Connections have methods of their own. */
export const settingsPatch = z.strictObject(fields).partial()
export type SettingsPatch = z.infer<typeof settingsPatch>
