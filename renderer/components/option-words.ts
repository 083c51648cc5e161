/** How the choices of a spec stand, each in one phrase: for the folded lines of the sheet, for rules and reports. */
import type { Filter, KeyPattern } from '#model/filter.ts'
import type { NameRule } from '#model/names.ts'
import type {
  AclToSet,
  EncryptionToSet,
  HeaderName,
  Properties,
  PropertyName,
  SomeProperties,
} from '#model/properties.ts'
import { hasDestinations } from '#model/spec.ts'
import type { ArchivePolicy, JobSpec, PropertyRule, VersionChoice } from '#model/spec.ts'
import { formatBytes } from '../format/bytes.ts'
import { formatNumberOf } from '../format/count.ts'
import { formatUsd } from '../format/money.ts'
import { formatFullDate } from '../format/date.ts'
import { HEADER_LABELS } from './header-name.ts'
import { storageClassName } from './storage-class.ts'

/** A pour carries over, an edit keeps; the same policy, in other words. */
export type Doing = 'pour' | 'edit'

export const PROPERTY_LABELS: Readonly<Record<PropertyName, string>> = {
  headers: 'Headers',
  metadata: 'User metadata',
  tags: 'Tags',
  annotations: 'Annotations',
  acl: 'Access',
  retention: 'Retention',
  legalHold: 'Legal hold',
  redirect: 'Website redirect',
  storageClass: 'Storage class',
  encryption: 'Encryption',
  checksum: 'Checksum',
}

/** What becomes of one property: "copied", "only Content-Type", "set team, remove stage", "Glacier IR". */
export function propertyWords(name: PropertyName, properties: SomeProperties, doing: Doing): string {
  const kept = doing === 'edit' ? 'kept' : 'copied'
  switch (name) {
    case 'headers':
      return pairWords(properties.headers, kept, (header) => HEADER_LABELS[header as HeaderName])
    case 'metadata':
      return pairWords(properties.metadata, kept)
    case 'tags':
      return pairWords(properties.tags, kept)
    case 'annotations':
      return properties.annotations?.policy === 'drop' ? 'left out' : kept
    case 'acl':
      return aclWords(properties.acl, doing)
    case 'retention':
      return retentionWords(properties.retention, doing)
    case 'legalHold':
      return legalHoldWords(properties.legalHold, doing)
    case 'redirect': {
      const { redirect } = properties
      if (redirect?.policy === 'set') return `to ${redirect.value}`
      return redirect?.policy === 'drop' ? 'left out' : kept
    }
    case 'storageClass': {
      const { storageClass } = properties
      if (storageClass?.policy === 'set') return storageClassName(storageClass.value)
      return doing === 'edit' ? 'kept' : 'as the source'
    }
    case 'encryption':
      return encryptionWords(properties.encryption, doing)
    case 'checksum': {
      const { checksum } = properties
      if (checksum?.policy === 'set') return checksum.value
      return checksum?.policy === 'drop' ? 'whichever S3 gives' : `algorithm ${kept}`
    }
  }
}

type Pairs = Properties['headers'] | Properties['metadata'] | Properties['tags'] | undefined

function pairWords(value: Pairs, kept: string, label: (name: string) => string = (name) => name): string {
  switch (value?.policy) {
    case undefined:
    case 'copy':
      return kept
    case 'drop':
      return 'none'
    case 'set': {
      const names = Object.keys(value.value)
      return names.length === 0 ? 'none' : `only ${few(names.map(label))}`
    }
    case 'change': {
      const set = Object.keys(value.set)
      const { remove } = value
      if (set.length + remove.length === 0) return kept
      return [
        set.length > 0 ? `set ${few(set.map(label))}` : '',
        remove.length > 0 ? `remove ${few(remove.map(label))}` : '',
      ]
        .filter(Boolean)
        .join(', ')
    }
  }
}

function aclWords(acl: Properties['acl'] | undefined, doing: Doing): string {
  if (acl?.policy === 'set') return aclName(acl.value)
  if (acl?.policy === 'drop') return 'private'
  return doing === 'edit' ? 'kept' : 'copied'
}

function aclName(acl: AclToSet): string {
  return acl.kind === 'canned' ? acl.acl : formatNumberOf(acl.grants.length, 'grant')
}

function retentionWords(retention: Properties['retention'] | undefined, doing: Doing): string {
  switch (retention?.policy) {
    case 'set':
      return `${retention.value.mode.toLowerCase()} until ${formatFullDate(retention.value.until)}`
    case 'drop':
      return doing === 'edit' ? 'taken away' : 'what the bucket gives'
    default:
      return doing === 'edit' ? 'kept' : 'copied'
  }
}

function legalHoldWords(hold: Properties['legalHold'] | undefined, doing: Doing): string {
  switch (hold?.policy) {
    case 'set':
      return hold.value === 'ON' ? 'on' : 'off'
    case 'drop':
      return doing === 'edit' ? 'taken away' : 'none'
    default:
      return doing === 'edit' ? 'kept' : 'copied'
  }
}

function encryptionWords(encryption: Properties['encryption'] | undefined, doing: Doing): string {
  switch (encryption?.policy) {
    case 'set':
      return encryptionName(encryption.value)
    case 'drop':
      return 'the bucket’s default'
    default:
      return doing === 'edit' ? 'kept' : 'as the source'
  }
}

function encryptionName(encryption: EncryptionToSet): string {
  if (encryption.kind === 'SSE-C')
    return `SSE-C, key ${encryption.key === '' ? 'not chosen' : encryption.key}`
  if (encryption.kind === 'SSE-S3') return 'SSE-S3'
  return `${encryption.kind}, ${encryption.keyId === undefined ? 'the account’s own key' : shortKey(encryption.keyId)}`
}

/** The end of a key's ARN tells it apart; an alias is said whole. */
function shortKey(id: string): string {
  return id.length > 40 ? `…${id.slice(-12)}` : id
}

/** The lines of the sheet that stand for several properties. */
export function metadataSummary(properties: Properties, doing: Doing): string {
  const { headers, metadata, redirect, annotations } = properties
  const kept = doing === 'edit' ? 'Kept' : 'Copied'
  const plain = headers.policy === 'copy' && metadata.policy === 'copy'
  const parts = plain
    ? [kept]
    : [
        `headers: ${propertyWords('headers', properties, doing)}`,
        `metadata: ${propertyWords('metadata', properties, doing)}`,
      ]
  if (redirect.policy === 'set') parts.push(`redirect ${propertyWords('redirect', properties, doing)}`)
  else if (redirect.policy === 'drop') parts.push('without a website redirect')
  if (annotations.policy === 'drop') parts.push('without annotations')
  return capital(parts.join(', '))
}

export function lockSummary(properties: Properties, doing: Doing): string {
  const { retention, legalHold } = properties
  if (retention.policy === 'copy' && legalHold.policy === 'copy') return doing === 'edit' ? 'Kept' : 'Copied'
  if (retention.policy === 'drop' && legalHold.policy === 'drop')
    return doing === 'edit' ? 'Taken away' : 'Not copied; what the bucket gives'
  return capital(`${retentionWords(retention, doing)}; legal hold ${legalHoldWords(legalHold, doing)}`)
}

export function aclSummary(properties: Properties, doing: Doing): string {
  const { acl } = properties
  if (acl.policy === 'drop') return doing === 'edit' ? 'Made private' : 'Private; grants are not copied'
  return capital(aclWords(acl, doing))
}

export function filterWords(filter: Filter | undefined): string {
  if (filter === undefined) return 'All objects'
  const parts = [
    ...(filter.include.length > 0 ? [few(filter.include.map(patternText))] : []),
    ...(filter.exclude.length > 0 ? [`not ${few(filter.exclude.map(patternText))}`] : []),
    ...sizeWords(filter),
    ...dateWords(filter),
    ...(filter.storageClasses.length > 0 ? [few(filter.storageClasses.map(storageClassName))] : []),
    ...(filter.encryption.length > 0
      ? [few(filter.encryption.map((kind) => (kind === 'none' ? 'unencrypted' : kind)))]
      : []),
    ...filter.tags.map(({ name, value }) => `tag ${name}${value === undefined ? '' : `=${value}`}`),
    ...filter.metadata.map(({ name, value }) => `metadata ${name}${value === undefined ? '' : `=${value}`}`),
    ...filter.versions.map((state) => (state === 'delete-marker' ? 'delete markers' : `${state} versions`)),
  ]
  return parts.length === 0 ? 'All objects' : parts.join(', ')
}

export function patternText(pattern: KeyPattern): string {
  return pattern.kind === 'glob' ? pattern.glob : `/${pattern.regex}/`
}

function sizeWords({ minSize, maxSize }: Filter): string[] {
  if (minSize !== undefined && maxSize !== undefined)
    return [`${formatBytes(minSize)} to ${formatBytes(maxSize)}`]
  if (minSize !== undefined) return [`from ${formatBytes(minSize)}`]
  return maxSize === undefined ? [] : [`up to ${formatBytes(maxSize)}`]
}

function dateWords({ modifiedFrom, modifiedBefore }: Filter): string[] {
  return [
    ...(modifiedFrom === undefined ? [] : [`since ${formatFullDate(modifiedFrom)}`]),
    ...(modifiedBefore === undefined ? [] : [`before ${formatFullDate(modifiedBefore)}`]),
  ]
}

export function versionWords(versions: VersionChoice): string {
  switch (versions.take) {
    case 'current':
      return 'The current ones'
    case 'all':
      return 'The whole history, delete markers too'
    case 'as-of':
      return `As of ${formatFullDate(versions.at)}`
  }
}

export function archiveWords(archived: ArchivePolicy): string {
  if (archived.do === 'refuse') return 'Named and left'
  return `Restored first, ${archived.tier}, for ${formatNumberOf(archived.days, 'day')}`
}

/** How the buckets are asked, where anything is said about it; else nothing. */
export function requestWords(spec: JobSpec): string {
  const places = [...spec.sources, ...(hasDestinations(spec) ? spec.destinations : [])]
  const guarded = places.filter(({ owner, requesterPays }) => owner !== undefined || requesterPays).length
  const readWith = spec.sources[0].customerKeys.length
  return [
    atMost(spec.concurrency),
    withinBudget(spec.budget),
    guarded > 0 ? `${formatNumberOf(guarded, 'place')} guarded or paid for` : '',
    readWith > 0 ? `${formatNumberOf(readWith, 'key')} to read with` : '',
  ]
    .filter(Boolean)
    .join(', ')
}

/** What is typed and no number yet is NaN in the sheet. */
function atMost(concurrency: number | undefined): string {
  if (concurrency === undefined) return ''
  return `at most ${Number.isNaN(concurrency) ? '… requests' : formatNumberOf(concurrency, 'request')} in flight`
}

function withinBudget(budget: JobSpec['budget']): string {
  if (budget === undefined) return ''
  const { requests, usd } = budget
  const limits = [
    requests === undefined ? '' : Number.isNaN(requests) ? '… requests' : formatNumberOf(requests, 'request'),
    usd === undefined ? '' : Number.isNaN(usd) ? '$…' : formatUsd(usd),
  ]
  return `budget of ${limits.filter(Boolean).join(' and ')}`
}

export function nameWords(names: readonly NameRule[]): string {
  if (names.length === 0) return 'Kept as they are'
  return capital(few(names.map(nameRuleWords), 2))
}

function nameRuleWords(rule: NameRule): string {
  switch (rule.rule) {
    case 'prefix':
      return `${rule.from === '' ? 'put' : `“${rule.from}” to`} “${rule.to}”${rule.from === '' ? ' in front' : ''}`
    case 'replace':
      return `/${rule.find}/ to “${rule.with}”`
    case 'case':
      return rule.to === 'lower' ? 'small letters' : 'capitals'
    case 'flatten':
      return rule.separator === '' ? 'the name alone' : `slashes to “${rule.separator}”`
    case 'template':
      return rule.text
  }
}

export function ruleWords(rule: PropertyRule, doing: Doing): string {
  const names = Object.keys(rule.properties) as PropertyName[]
  if (names.length === 0) return 'nothing else yet'
  return names
    .map((name) => `${PROPERTY_LABELS[name].toLowerCase()}: ${propertyWords(name, rule.properties, doing)}`)
    .join('; ')
}

/** "a, b and 3 more" */
function few(names: readonly string[], most = 3): string {
  if (names.length <= most) return names.join(', ')
  return `${names.slice(0, most - 1).join(', ')} and ${names.length - most + 1} more`
}

export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
