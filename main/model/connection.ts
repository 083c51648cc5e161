import { z } from 'zod'

export const connectionId = z.string().min(1).max(64)
export type ConnectionId = z.infer<typeof connectionId>

/** What kind of store it is: only for presets, labels and known habits; the engine asks the server itself. */
export const PROVIDERS = ['aws', 'ceph', 'minio', 'r2', 'b2', 'wasabi', 'gcs', 'other', 'playground'] as const

/**
 * Where the keys come from. The keys themselves are never here: `keys` names an entry of the secret store,
 * and `session` ones live in the memory of the core only (typed into serve, or handed over by the command line).
 */
export const credentialSource = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('keys'), accessKeyId: z.string().min(1).max(256) }),
  z.strictObject({ kind: z.literal('profile'), profile: z.string().min(1).max(256) }),
  z.strictObject({ kind: z.literal('environment') }),
  z.strictObject({ kind: z.literal('playground') }),
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

/** What a host keeps under an id. */
export type KeptSecret = Credentials | CustomerKeySecret

/** Only ever on main's side. */
export interface Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string | undefined
  /** Milliseconds since the epoch. */
  readonly expiresAt?: number | undefined
}
