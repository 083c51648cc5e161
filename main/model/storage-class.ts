import { z } from 'zod'

/** Storage classes in the order in which they are offered; REDUCED_REDUNDANCY last, as it holds fewer copies. */
export const STORAGE_CLASSES = [
  'STANDARD',
  'STANDARD_IA',
  'ONEZONE_IA',
  'INTELLIGENT_TIERING',
  'GLACIER_IR',
  'GLACIER',
  'DEEP_ARCHIVE',
  'EXPRESS_ONEZONE',
  'REDUCED_REDUNDANCY',
] as const

/** What a job may ask for. What a server *reports* stays a plain string: compatibles invent their own. */
export const storageClass = z.enum(STORAGE_CLASSES)
export type StorageClass = z.infer<typeof storageClass>
