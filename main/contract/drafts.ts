import { z } from 'zod'
import { connection, connectionId, endpointConfig } from '#model/connection.ts'
import { customerKeyName } from '#model/properties.ts'
import { bucketAccess, bucketName, keyPrefix } from '#model/spec.ts'

/** Keys on their way in. They travel this way only, and are never echoed. */
export const secret = z.strictObject({
  accessKeyId: z.string().min(1).max(256),
  secretAccessKey: z.string().min(1).max(1024),
  sessionToken: z.string().min(1).max(16_384).optional(),
})
export type Secret = z.infer<typeof secret>

/** A connection as the form has it: without an id it is a new one; without a secret the kept one stays. */
export const connectionDraft = z.strictObject({
  connection: connection.extend({ id: connectionId.optional() }),
  secret: secret.optional(),
})
export type ConnectionDraft = z.infer<typeof connectionDraft>

/** What an authenticator shows. */
export const mfaCode = z.string().regex(/^\d{6}$/, 'must be the six digits that the device shows')

/** A draft to be tried out; in a bucket, whose rights are then tried as well. */
export const connectionTrial = connectionDraft.extend({
  code: mfaCode.optional(),
  bucket: bucketName.optional(),
  prefix: keyPrefix.optional(),
  /** Begins an upload and aborts it: nothing is left of it. */
  write: z.boolean().default(false),
})

/** A key for the key ring: base64 of 32 bytes, or 64 hexadecimal digits; without one, a new one is made. */
export const customerKeyDraft = z.strictObject({
  name: customerKeyName,
  key: z.string().min(1).max(128).optional(),
})
export type CustomerKeyDraft = z.infer<typeof customerKeyDraft>

/** From the command line: a connection that is saved nowhere, with keys that live in memory only. */
export const unsaved = z.strictObject({
  config: endpointConfig,
  credentials: secret.optional(),
  ...bucketAccess,
})
