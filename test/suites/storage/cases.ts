import { bucketCases, failureCases } from './bucket-cases.ts'
import type { StorageCase } from './case.ts'
import { objectCases } from './object-cases.ts'
import { uploadCases } from './upload-cases.ts'

/** What every storage does on every endpoint. */
export const STORAGE_CASES: readonly StorageCase[] = [
  ...bucketCases,
  ...objectCases,
  ...uploadCases,
  ...failureCases,
]
