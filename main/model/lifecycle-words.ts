import type { LifecycleAction, LifecycleMoment, LifecycleRule } from './bucket.ts'

/**
 * A rule of a bucket's lifecycle as a sentence for each thing that it does; what it is about comes first.
 *
 * `Below logs/, with the tag keep=no: objects are deleted after 30 days.`
 */
export function describeLifecycleRule(rule: LifecycleRule): string {
  const about = whatOf(rule)
  const done = rule.actions.map(describeAction)
  const does = done.length === 0 ? 'nothing that Decant knows of is done' : done.join('; ')
  const sentence = `${about}: ${does}.`
  return rule.enabled ? sentence : `Switched off. ${sentence}`
}

function whatOf({ prefix, tags, above, below }: LifecycleRule): string {
  const parts: string[] = []
  if (prefix !== undefined && prefix !== '') parts.push(`below ${prefix}`)
  const names = Object.entries(tags).map(([key, value]) => `${key}=${value}`)
  if (names.length > 0) parts.push(`with the ${names.length === 1 ? 'tag' : 'tags'} ${names.join(' and ')}`)
  if (above !== undefined) parts.push(`larger than ${size(above)}`)
  if (below !== undefined) parts.push(`smaller than ${size(below)}`)
  const text = parts.length === 0 ? 'everything in the bucket' : parts.join(', ')
  return text.charAt(0).toUpperCase() + text.slice(1)
}

function describeAction(action: LifecycleAction): string {
  switch (action.does) {
    case 'expire':
      return `objects are deleted ${moment(action.after)}`
    case 'expire-markers':
      return 'delete markers with nothing under them are removed'
    case 'transition':
      return `objects move to ${action.storageClass} ${moment(action.after)}`
    case 'expire-older':
      return `older versions are deleted for good ${after(action.days)}${keeping(action.keep)}`
    case 'transition-older':
      return `older versions move to ${action.storageClass} ${after(action.days)}${keeping(action.keep)}`
    case 'abort-uploads':
      return `unfinished uploads are aborted ${after(action.days)}`
  }
}

function moment(at: LifecycleMoment): string {
  return 'days' in at ? after(at.days) : `on ${at.date.slice(0, 10)}`
}

function after(days: number): string {
  return `after ${days} ${days === 1 ? 'day' : 'days'}`
}

function keeping(keep: number | undefined): string {
  return keep === undefined ? '' : ` but for the newest ${keep}`
}

function size(bytes: number): string {
  for (const [unit, name] of UNITS) if (bytes >= unit && bytes % unit === 0) return `${bytes / unit} ${name}`
  return `${bytes.toLocaleString('en')} bytes`
}
const UNITS = [
  [1024 ** 3, 'GiB'],
  [1024 ** 2, 'MiB'],
  [1024, 'KiB'],
] as const
