import type { CustomerKey } from '../storage.ts'

/** What was asked of S3, as far as it takes to say what went wrong. */
export interface Asked {
  readonly operation: string
  readonly bucket?: string | undefined
  readonly key?: string | undefined
  /** Conditions that were sent: which of them a bare 412 speaks of. */
  readonly conditions?: { readonly source?: boolean; readonly absent?: boolean; readonly match?: boolean }
  /** SSE-C keys that were sent: to read something that lies under one, to write something under one. */
  readonly customerKeys?: CustomerKeys | undefined
}
export interface CustomerKeys {
  readonly read?: CustomerKey | undefined
  readonly write?: CustomerKey | undefined
}

export function described(asked: Asked): string {
  if (asked.bucket === undefined) return 'this server'
  if (asked.key === undefined) return `the bucket ${quoted(asked.bucket)}`
  return `the object ${quoted(asked.key)} in ${quoted(asked.bucket)}`
}

export function quoted(name: string | undefined): string {
  return JSON.stringify(name ?? '')
}

export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
