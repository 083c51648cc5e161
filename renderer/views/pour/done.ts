import type { JobSpec } from '#model/spec.ts'
import type { OptionSpec } from '../../state/sheet-spec.ts'

/** What follows the end of a job. */
export type Done = { readonly report: JobSpec['report']; readonly webhook: JobSpec['webhook'] }

/** The spec with it; what is not asked for is left out, as a spec has it. */
export function withDone({ report: _r, webhook: _w, ...rest }: OptionSpec, done: Done): OptionSpec {
  return {
    ...rest,
    ...(done.report !== undefined && { report: done.report }),
    ...(done.webhook !== undefined && { webhook: done.webhook }),
  } as OptionSpec
}

/** `bucket/prefix/`, with or without `s3://`; the prefix is a folder. Undefined where it is no place. */
export function parseReportPlace(text: string): { bucket: string; prefix: string } | undefined {
  const found = /^(?:s3:\/\/)?([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(.*))?$/s.exec(text.trim())
  if (found?.[1] === undefined) return undefined
  const prefix = found[2] ?? ''
  return { bucket: found[1], prefix: prefix === '' || prefix.endsWith('/') ? prefix : `${prefix}/` }
}

export function reportPlaceText(report: JobSpec['report']): string {
  return report === undefined ? '' : `${report.to.bucket}/${report.to.prefix}`
}

/** In a few words, for the folded option. */
export function doneWords({ report, webhook }: Pick<JobSpec, 'report' | 'webhook'>): string {
  const words = [
    ...(report === undefined ? [] : [`report to ${report.to.bucket}/${report.to.prefix}`]),
    ...(webhook === undefined ? [] : [`tell ${webhook}`]),
  ].join(', ')
  return words === '' ? 'Nothing more' : words.charAt(0).toUpperCase() + words.slice(1)
}
