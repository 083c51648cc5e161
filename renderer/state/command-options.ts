/** What of a spec stands in options of the command line, one function a theme. Each gives words, or why none can say it. */
import { TAKE_ALL, type Filter } from '#model/filter.ts'
import type { NameRule } from '#model/names.ts'
import { HEADER_NAMES, type Properties, type SomeProperties } from '#model/properties.ts'
import type { PropertyRule, SourcePlace } from '#model/spec.ts'
import { defaultProperties, sameChoice, type HistorySpec, type OptionSpec } from './sheet-spec.ts'

/** The words of some options; or a sentence's beginning: what a line cannot say. */
export type Said = readonly string[] | string

/** Several of them, one after the other; the first that cannot be said decides. */
export function together(...parts: readonly Said[]): Said {
  const words: string[] = []
  for (const part of parts) {
    if (typeof part === 'string') return part
    words.push(...part)
  }
  return words
}

function repeat(name: string, values: readonly string[]): string[] {
  return values.flatMap((value) => [`--${name}`, value])
}

const instant = (at: number): string => new Date(at).toISOString()

export function filterOptions(filter: Filter = TAKE_ALL): Said {
  const globs = (patterns: Filter['include']): string[] =>
    patterns.flatMap((one) => (one.kind === 'glob' ? [one.glob] : []))
  const regexes = (patterns: Filter['include']): string[] =>
    patterns.flatMap((one) => (one.kind === 'regex' ? [one.regex] : []))
  const at = (name: string, value: number | undefined, text: (value: number) => string): string[] =>
    value === undefined ? [] : [`--${name}`, text(value)]
  const named = ({ name, value }: Filter['tags'][number]): string =>
    value === undefined ? name : `${name}=${value}`
  return [
    ...repeat('include', globs(filter.include)),
    ...repeat('include-regex', regexes(filter.include)),
    ...repeat('exclude', globs(filter.exclude)),
    ...repeat('exclude-regex', regexes(filter.exclude)),
    ...at('min-size', filter.minSize, String),
    ...at('max-size', filter.maxSize, String),
    ...at('modified-from', filter.modifiedFrom, instant),
    ...at('modified-before', filter.modifiedBefore, instant),
    ...repeat('class', filter.storageClasses),
    ...repeat('encryption', filter.encryption),
    ...repeat('with-tag', filter.tags.map(named)),
    ...repeat('with-meta', filter.metadata.map(named)),
    ...repeat('version-state', filter.versions),
  ]
}

export function versionOptions({ versions }: Pick<SourcePlace, 'versions'>): Said {
  if (versions.take === 'current') return []
  return ['--versions', versions.take === 'all' ? 'all' : instant(versions.at)]
}

export function nameOptions(names: readonly NameRule[]): Said {
  return together(
    ...names.map((rule): Said => {
      switch (rule.rule) {
        case 'prefix':
          return arrow('name-prefix', rule.from, rule.to)
        case 'replace':
          return rule.every ? arrow('name-replace', rule.find, rule.with) : 'Only the first find is replaced'
        case 'case':
          return ['--name-case', rule.to]
        case 'flatten':
          return ['--name-flatten', rule.separator]
        case 'template':
          return ['--name-template', rule.text]
      }
    }),
  )
}

function arrow(name: string, from: string, to: string): Said {
  return from.includes('=>') ? 'A rule for names holds =>' : [`--${name}`, `${from}=>${to}`]
}

/** The properties that differ from what the command does by itself. */
export function propertyOptions(spec: Exclude<OptionSpec, { kind: 'parity' }>): Said {
  const defaults = defaultProperties(spec.kind)
  const changed = Object.fromEntries(
    Object.entries(spec.properties).filter(
      ([name, value]) => !sameChoice(value, defaults[name as keyof Properties]),
    ),
  ) as SomeProperties
  return optionsOf(changed)
}

function optionsOf(properties: SomeProperties): Said {
  const { headers, metadata, tags, annotations, acl, retention, legalHold, redirect } = properties
  const { storageClass, encryption, checksum } = properties
  return together(
    pairOptions(headers, { whole: 'headers', set: 'set', remove: 'remove' }, dashedHeader),
    pairOptions(metadata, { whole: 'metadata', set: 'set-meta', remove: 'remove-meta' }),
    pairOptions(tags, { whole: 'tags', set: 'tag', remove: 'untag' }),
    annotations === undefined ? [] : ['--annotations', annotations.policy],
    aclOptions(acl),
    one('lock', retention, ({ mode, until }) => `${mode}=${instant(until)}`),
    one('legal-hold', legalHold, String),
    one('redirect', redirect, String),
    one('storage-class', storageClass, String),
    encryptionOptions(encryption),
    one('checksum', checksum, String),
  )
}

type OnePolicy<V> = { readonly policy: 'copy' | 'drop' } | { readonly policy: 'set'; readonly value: V }

function one<V>(name: string, policy: OnePolicy<V> | undefined, text: (value: V) => string): Said {
  if (policy === undefined) return []
  return [`--${name}`, policy.policy === 'set' ? text(policy.value) : policy.policy]
}

interface PairNames {
  readonly whole: string
  readonly set: string
  readonly remove: string
}

function pairOptions(
  value: Properties['headers'] | Properties['metadata'] | Properties['tags'] | undefined,
  { whole, set, remove }: PairNames,
  nameOf: (name: string) => string = (name) => name,
): Said {
  const pairs = (given: Readonly<Record<string, string | undefined>>): string[] =>
    repeat(
      set,
      Object.entries(given).map(([name, text]) => `${nameOf(name)}=${text ?? ''}`),
    )
  switch (value?.policy) {
    case undefined:
      return []
    case 'copy':
    case 'drop':
      return [`--${whole}`, value.policy]
    case 'set':
      return [`--${whole}`, 'drop', ...pairs(value.value)]
    case 'change':
      if (Object.keys(value.set).some((name) => name.includes('='))) return 'A name holds an equals sign'
      return [...pairs(value.set), ...repeat(remove, value.remove.map(nameOf))]
  }
}

/** `cacheControl` → `cache-control`. */
function dashedHeader(name: string): string {
  const known = HEADER_NAMES.find((header) => header === name) ?? name
  return known.replace(/[A-Z]/g, (capital) => `-${capital.toLowerCase()}`)
}

function aclOptions(acl: Properties['acl'] | undefined): Said {
  if (acl === undefined) return []
  if (acl.policy !== 'set') return ['--acl', acl.policy]
  if (acl.value.kind === 'canned') return ['--acl', acl.value.acl]
  return repeat(
    'grant',
    acl.value.grants.map(({ permission, grantee }) => {
      switch (grantee.kind) {
        case 'account':
          return `${permission}=id:${grantee.id}`
        case 'email':
          return `${permission}=email:${grantee.address}`
        case 'group':
          return `${permission}=uri:${grantee.uri}`
      }
    }),
  )
}

function encryptionOptions(encryption: Properties['encryption'] | undefined): Said {
  if (encryption === undefined) return []
  if (encryption.policy !== 'set') return ['--sse', encryption.policy === 'copy' ? 'copy' : 'default']
  const { value } = encryption
  if (value.kind === 'SSE-S3') return ['--sse', value.kind]
  if (value.kind === 'SSE-C') return ['--sse', value.kind, '--sse-c-key', value.key]
  if (value.kind === 'SSE-KMS' && value.bucketKey === false) return 'A bucket key is refused by name'
  return [
    '--sse',
    value.kind,
    ...(value.keyId === undefined ? [] : ['--sse-kms-key-id', value.keyId]),
    ...repeat(
      'sse-kms-context',
      Object.entries(value.context ?? {}).map(([name, text]) => `${name}=${text}`),
    ),
    ...(value.kind === 'SSE-KMS' && value.bucketKey === true ? ['--sse-bucket-key'] : []),
  ]
}

/** Of what a rule may say on a line: no properties that need several options, no semicolon. */
const NOT_IN_RULES = new Set([
  '--grant',
  '--annotations',
  '--headers',
  '--metadata',
  '--tags',
  '--sse-kms-context',
  '--sse-bucket-key',
])

/** `--rule '*.log => storage-class=GLACIER_IR; tag=kind=log'`: for the keys of one glob. */
export function ruleOptions(rules: readonly PropertyRule[]): Said {
  return together(
    ...rules.map(({ when, properties }): Said => {
      const [pattern, another] = when.include
      const plain = sameChoice({ ...when, include: [] }, TAKE_ALL)
      if (pattern?.kind !== 'glob' || another !== undefined || !plain || pattern.glob.includes('=>'))
        return 'A rule is for more than one glob'
      const said = optionsOf(properties)
      if (typeof said === 'string') return said
      const settings: string[] = []
      for (let at = 0; at < said.length; at += 2) {
        const [name = '', value = ''] = said.slice(at, at + 2)
        if (NOT_IN_RULES.has(name) || value.includes(';') || value !== value.trim())
          return 'A rule says more than a line can'
        settings.push(`${name.slice(2)}=${value}`)
      }
      return ['--rule', `${pattern.glob} => ${settings.join('; ')}`]
    }),
  )
}

/** The command for work among versions, and what it is told. The age is always said: without one all would be meant. */
export function historyOptions(spec: HistorySpec): readonly [command: string, options: string[]] {
  if (spec.kind === 'delete') {
    const { olderThanDays, keep, loneMarkers } = spec.purge
    const kept = keep > 0 ? ['--keep', String(keep)] : []
    return [
      'purge',
      ['--older-than', `${olderThanDays}d`, ...kept, ...(loneMarkers ? ['--lone-markers'] : [])],
    ]
  }
  const { to, archived, verify } = spec
  if (to.is === 'undelete') return ['undelete', []]
  return [
    'rewind',
    [
      ...['--to', instant(to.at)],
      ...(to.later === 'delete' ? ['--delete-later'] : []),
      ...(archived.do === 'restore' ? ['--restore', `${archived.tier}:${archived.days}`] : []),
      ...(verify === 'auto' ? [] : ['--verify', verify]),
    ],
  ]
}
