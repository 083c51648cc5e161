import { ENCRYPTION_KINDS, VERSION_STATES, type Filter, type KeyPattern } from '#model/filter.ts'
import type { NameRule } from '#model/names.ts'
import type { SomeProperties } from '#model/properties.ts'
import type { ArchivePolicy, PropertyRule } from '#model/spec.ts'
import { RESTORE_TIERS } from '#model/spec.ts'
import { list, text, type OptionInOrder, type Options } from './arguments.ts'
import { someProperties } from './property-options.ts'
import { arrow, choice, instant, pair, size, wholeNumber } from './values.ts'
import { UsageError } from './usage.ts'

/** Which objects are meant; undefined where no option says so. Pure. */
export function filterOf(options: Options): Partial<Filter> | undefined {
  const at = (name: string, read: (name: string, given: string) => number): number | undefined => {
    const given = text(options, name)
    return given === undefined ? undefined : read(name, given)
  }
  const found: Partial<Filter> = {
    include: patterns(options, 'include'),
    exclude: patterns(options, 'exclude'),
    minSize: at('min-size', size),
    maxSize: at('max-size', size),
    modifiedFrom: at('modified-from', instant),
    modifiedBefore: at('modified-before', instant),
    storageClasses: list(options, 'class'),
    encryption: list(options, 'encryption').map((given) => choice('encryption', given, ENCRYPTION_KINDS)),
    tags: list(options, 'with-tag').map(named),
    metadata: list(options, 'with-meta').map((given) => named(given.toLowerCase())),
    versions: list(options, 'version-state').map((given) => choice('version-state', given, VERSION_STATES)),
  }
  const said = Object.entries(found).filter(([, value]) =>
    Array.isArray(value) ? value.length > 0 : value !== undefined,
  )
  return said.length === 0 ? undefined : (Object.fromEntries(said) as Partial<Filter>)
}

function patterns(options: Options, name: 'include' | 'exclude'): KeyPattern[] {
  return [
    ...list(options, name).map((glob) => ({ kind: 'glob' as const, glob })),
    ...list(options, `${name}-regex`).map((regex) => ({ kind: 'regex' as const, regex })),
  ]
}

/** `NAME` or `NAME=VALUE`. */
function named(given: string): { name: string; value?: string } {
  if (!given.includes('=')) return { name: given }
  const [name, value] = pair('with-tag', given)
  return { name, value }
}

/** The rules for names, in the order in which they stand on the line. Pure. */
export function nameRules(inOrder: readonly OptionInOrder[]): NameRule[] {
  return inOrder.flatMap(({ name, value }): NameRule[] => {
    switch (name) {
      case 'name-prefix': {
        const [from, to] = arrow(name, value)
        return [{ rule: 'prefix', from, to }]
      }
      case 'name-replace': {
        const [find, replacement] = arrow(name, value)
        return [{ rule: 'replace', find, with: replacement, every: true }]
      }
      case 'name-case':
        return [{ rule: 'case', to: choice(name, value, ['lower', 'upper']) }]
      case 'name-flatten':
        return [{ rule: 'flatten', separator: value }]
      case 'name-template':
        return [{ rule: 'template', text: value }]
      default:
        return []
    }
  })
}

/** `--restore Standard:7`: tier, and days that the restored copy stays readable. */
export function archivePolicy(given: string | undefined): ArchivePolicy {
  if (given === undefined) return { do: 'refuse' }
  const [tier, days = '7', more] = given.split(':')
  if (more !== undefined) throw new UsageError(`--restore: must be like Standard:7, not "${given}"`)
  return {
    do: 'restore',
    tier: choice('restore', tier ?? '', RESTORE_TIERS),
    days: wholeNumber('restore', days, 1, 365),
  }
}

/**
 * `--rule '*.log => storage-class=GLACIER_IR; tag=kind=log'`: for the keys of a glob, options as above without their
 * dashes, separated by semicolons. What needs more than that is said in a job file.
 */
export function propertyRules(
  given: readonly string[],
): (Omit<PropertyRule, 'when'> & { when: Partial<Filter> })[] {
  return given.map((rule) => {
    const [glob, settings] = arrow('rule', rule)
    const options: Record<string, string | string[]> = {}
    for (const setting of settings.split(';')) {
      const [name, value] = pair('rule', setting.trim())
      if (!RULE_OPTIONS.has(name)) {
        throw new UsageError(`--rule: knows ${[...RULE_OPTIONS].join(', ')}, not "${name}"`)
      }
      options[name] = REPEATED.has(name) ? [...((options[name] as string[] | undefined) ?? []), value] : value
    }
    const properties: SomeProperties = someProperties(options)
    return { when: { include: [{ kind: 'glob', glob: glob.trim() }] }, properties }
  })
}

const REPEATED: ReadonlySet<string> = new Set(['set', 'remove', 'set-meta', 'remove-meta', 'tag', 'untag'])
const RULE_OPTIONS: ReadonlySet<string> = new Set([
  ...REPEATED,
  'storage-class',
  'acl',
  'lock',
  'legal-hold',
  'redirect',
  'sse',
  'sse-kms-key-id',
  'sse-c-key',
  'checksum',
])
