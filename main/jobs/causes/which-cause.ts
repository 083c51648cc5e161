import type { FailureCode } from '#model/failure.ts'
import type { ArchivePolicy } from '#model/spec.ts'

/** Failures of one kind; without S3's code, all of that code. */
export interface WhichCause {
  readonly code: FailureCode
  readonly s3Code?: string | undefined
}

/** What is different from the last time. */
export interface RetryWith {
  readonly archived?: ArchivePolicy | undefined
  /** Tried before those that the sources name, for the whole job from now on. */
  readonly customerKeys?: readonly string[] | undefined
}
