import { z } from 'zod'

export const connectionId = z.string().min(1).max(64)

/** What kind of store it is: only for presets, labels and known habits; the engine asks the server itself. */
export const PROVIDERS = [
  'aws',
  'aws-us-gov',
  'aws-cn',
  'ceph',
  'minio',
  'r2',
  'b2',
  'wasabi',
  'gcs',
  'spaces',
  'other',
  'playground',
] as const

const ownKeys = z.strictObject({ kind: z.literal('keys'), accessKeyId: z.string().min(1).max(256) })
const profile = z.strictObject({ kind: z.literal('profile'), profile: z.string().min(1).max(256) })
const environment = z.strictObject({ kind: z.literal('environment') })

const httpsUrl = z
  .string()
  .max(2048)
  .refine(
    (text) => URL.canParse(text) && /^https:$/.test(new URL(text).protocol),
    'must be a URL that begins with https://',
  )
const awsRegion = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[a-z0-9-]+$/, 'must be a Region, such as eu-central-1')

/** Where one signs in by the browser (IAM Identity Center): the portal, and the Region that it lives in. */
export const ssoPortal = z.strictObject({ startUrl: httpsUrl, region: awsRegion })
export type SsoPortal = z.infer<typeof ssoPortal>

/**
 * Where the keys come from. The keys themselves are never here: `keys` names an entry of the secret store, or of the
 * memory of the core (typed into serve, or handed over by the command line). A process that prints keys
 * (credential_process) is only ever run for a `profile`: neither a window nor a job file can name a command.
 */
export const credentialSource = z.discriminatedUnion('kind', [
  ownKeys,
  profile,
  environment,
  /** One signs in by the browser, and takes a role of an account there. */
  ssoPortal.extend({
    kind: z.literal('sso'),
    accountId: z.string().regex(/^\d{12}$/, 'must be an account id of 12 digits'),
    roleName: z.string().min(1).max(64),
  }),
  /** STS AssumeRole with the keys of `base`. */
  z.strictObject({
    kind: z.literal('role'),
    roleArn: z.string().regex(/^arn:[a-z0-9-]+:iam::\d{12}:role\/.{1,512}$/, 'must be the ARN of a role'),
    base: z.discriminatedUnion('kind', [ownKeys, profile, environment]),
    externalId: z.string().min(2).max(1224).optional(),
    /** Serial number, or ARN, of the device that shows codes: then a code is asked for. */
    mfaSerial: z.string().min(9).max(256).optional(),
    sessionName: z
      .string()
      .regex(/^[\w+=,.@-]{2,64}$/, 'must be 2 to 64 letters, digits or any of +=,.@-_')
      .optional(),
    /** Seconds. */
    duration: z.int().min(900).max(43_200).optional(),
  }),
  /** What the machine itself has: of the container's endpoint (ECS, EKS), or the instance's metadata service (IMDSv2). */
  z.strictObject({ kind: z.literal('container') }),
  z.strictObject({ kind: z.literal('instance') }),
  /** Requests are not signed: public buckets. */
  z.strictObject({ kind: z.literal('anonymous') }),
  z.strictObject({ kind: z.literal('playground') }),
  /** No store: the folders of this machine. */
  z.strictObject({ kind: z.literal('local') }),
])
export type CredentialSource = z.infer<typeof credentialSource>

const endpointUrl = z
  .string()
  .max(2048)
  .refine((text) => {
    try {
      return /^https?:$/.test(new URL(text).protocol)
    } catch {
      return false
    }
  }, 'must be a URL that begins with http:// or https://')
  .refine((text) => !/^https?:\/\/[^/]*@/.test(text), 'must not hold a user name or password')

/** How to reach a store. This is the part of a connection that a job file carries. Holds no secret. */
export const endpointConfig = z.strictObject({
  /** Absent for AWS: its endpoint follows from the Region. */
  endpoint: endpointUrl.optional(),
  region: z
    .string()
    .max(64)
    .regex(/^[a-zA-Z0-9-]+$/, 'must be letters, digits and hyphens'),
  addressing: z.enum(['path', 'virtual']),
  credentials: credentialSource,
})
export type EndpointConfig = z.infer<typeof endpointConfig>

export const connection = endpointConfig.extend({
  id: connectionId,
  name: z.string().trim().min(1).max(80),
  provider: z.enum(PROVIDERS),
  /** One of the six colours a connection can wear. */
  color: z.int().min(1).max(6),
  /** The engine refuses every write through it. */
  readOnly: z.boolean(),
  /** Buckets, or prefixes of them, known by name: they are shown where the buckets may not be listed, and beside them. */
  places: z
    .array(z.strictObject({ bucket: z.string().min(1).max(255), prefix: z.string().max(1024) }))
    .max(200)
    .optional(),
  /** SHA-256 of the one certificate that is trusted although no authority vouches for it, in hexadecimal digits. */
  trustedCertificate: z
    .string()
    .regex(/^[0-9a-f]{64}$/, 'must be 64 hexadecimal digits')
    .optional(),
})
export type Connection = z.infer<typeof connection>

/** A connection as a job spec names it: by id, with its portable part, so that the spec runs elsewhere. */
export const connectionRef = z.strictObject({
  id: connectionId,
  name: z.string().max(80),
  config: endpointConfig,
})
export type ConnectionRef = z.infer<typeof connectionRef>

/** An SSE-C key of the key ring: base64 of 32 bytes. Only ever on main's side. */
export interface CustomerKeySecret {
  readonly customerKey: string
}

/** The password of the proxy. Only ever on main's side. */
export interface ProxySecret {
  readonly proxyPassword: string
}

/** Where a webhook is called, often with a token in it, and what it knows us by. Only ever on main's side. */
export interface WebhookSecret {
  readonly webhookUrl: string
  /** What its calls are signed with. */
  readonly signingSecret?: string | undefined
}

/** What a host keeps under an id. */
export type KeptSecret = Credentials | CustomerKeySecret | ProxySecret | WebhookSecret

/** Only ever on main's side. */
export interface Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string | undefined
  /** Milliseconds since the epoch. */
  readonly expiresAt?: number | undefined
}
