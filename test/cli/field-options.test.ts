import { describe, expect, it } from 'vitest'
import { EDIT_DEFAULTS } from '#model/properties.ts'
import type { EditSpec } from '#model/spec.ts'
import { EDIT_OPTIONS, inOrder, readArguments } from '../../main/cli/arguments.ts'
import { specOfCommand } from '../../main/cli/job-spec.ts'
import { UsageError } from '../../main/cli/usage.ts'
import { machineWith } from './machines.ts'

/** What stands after `decant edit s3://b/`. */
function edit(...args: string[]): EditSpec {
  const { values, positionals, tokens } = readArguments(['s3://b/', ...args], EDIT_OPTIONS)
  const read = { places: positionals, options: values, inOrder: inOrder(tokens) }
  return specOfCommand('edit', read, {
    env: {},
    machine: machineWith({}),
    profileFacts: () => ({ region: 'x' }),
  }) as EditSpec
}

const rule = (field: string, action: object, where = {}) => ({ field, where, action })
const TYPE = rule('content-type', { do: 'type-from-extension' })

describe('rules for fields', () => {
  it.each<[string[], object[]]>([
    [['--type-from-extension'], [TYPE]],
    [['--type-from-content'], [rule('content-type', { do: 'type-from-content' })]],
    [
      ['--replace', 'cache-control=s/max-age=(\\d+)/max-age=$1, public/'],
      [rule('cache-control', { do: 'replace', find: 'max-age=(\\d+)', with: 'max-age=$1, public' })],
    ],
    [
      ['--replace', 'x-amz-meta-a=s|/(old)/|\\1|g'],
      [rule('x-amz-meta-a', { do: 'replace', find: '/(old)/', with: '$1' })],
    ],
    [['--replace', 'tag:a=/b\\/c//'], [rule('tag:a', { do: 'replace', find: 'b/c', with: '' })]],
    [
      ['--from-key', 'tag:year=s/^(20\\d\\d)-/$1/'],
      [rule('tag:year', { do: 'from-key', find: '^(20\\d\\d)-', with: '$1' })],
    ],
    [
      ['--rename', 'x-amz-meta-a=>x-amz-meta-b'],
      [rule('x-amz-meta-a', { do: 'rename', to: 'x-amz-meta-b' })],
    ],
    [['--copy-field', 'x-amz-meta-a=>tag:a'], [rule('tag:a', { do: 'from-field', field: 'x-amz-meta-a' })]],
    [
      ['--from-modified', 'expires=30', '--from-modified', 'x-amz-meta-at=0'],
      [
        rule('expires', { do: 'from-modified', format: 'http', addDays: 30 }),
        rule('x-amz-meta-at', { do: 'from-modified', format: 'iso', addDays: 0 }),
      ],
    ],
    [
      ['--type-from-extension', '--where-value', 'binary/octet-stream', '--where-key', '*.js'],
      [
        {
          ...TYPE,
          where: {
            value: { is: 'equal', to: 'binary/octet-stream' },
            key: { kind: 'glob', glob: '*.js' },
          },
        },
      ],
    ],
    [
      [
        '--set',
        'Cache-Control=no-cache',
        '--where-value',
        'missing',
        '--type-from-extension',
        '--tag',
        'a=b',
      ],
      [
        rule('cache-control', { do: 'set', value: 'no-cache' }, { value: { is: 'missing' } }),
        TYPE,
        rule('tag:a', { do: 'set', value: 'b' }),
      ],
    ],
    [
      ['--untag', 'a', '--where-key', '/^logs\\/\\d/', '--remove-meta', 'Old', '--where-value', '/^x/'],
      [
        rule('tag:a', { do: 'remove' }, { key: { kind: 'regex', regex: '^logs/\\d' } }),
        rule('x-amz-meta-old', { do: 'remove' }, { value: { is: 'matching', regex: '^x' } }),
      ],
    ],
    [
      ['--set-meta', 'a=b', '--where-value', '=missing'],
      [rule('x-amz-meta-a', { do: 'set', value: 'b' }, { value: { is: 'equal', to: 'missing' } })],
    ],
  ])('%j', (args, rules) => {
    const spec = edit(...args)
    expect(spec.fieldRules).toEqual(rules)
    expect(spec.properties).toEqual(EDIT_DEFAULTS)
  })

  it('setters alone are properties, and so are those whose policy for all is said', () => {
    expect(edit('--set', 'cache-control=a')).toMatchObject({
      fieldRules: [],
      properties: { headers: { policy: 'change', set: { cacheControl: 'a' } } },
    })
    const spec = edit('--tags', 'drop', '--tag', 'a=b', '--type-from-extension')
    expect(spec.fieldRules).toEqual([TYPE])
    expect(spec.properties.tags).toEqual({ policy: 'set', value: { a: 'b' } })
  })

  it.each<[string[], string]>([
    [['--replace', 'cache-control'], '--replace: must be like NAME=VALUE, not "cache-control"'],
    [['--replace', 'cache-control=a'], '--replace: must be like s/RE/TEXT/, not "a"'],
    [['--replace', 'cache-control=s/a/b'], '--replace: must be like s/RE/TEXT/, not "s/a/b"'],
    [['--replace', 'cache-control=s/a/b/i'], '--replace: must be like s/RE/TEXT/, not "s/a/b/i"'],
    [
      ['--replace', 'cache-control=s/(/b/'],
      '--replace: must have a regular expression (JavaScript\'s), not "("',
    ],
    [['--replace', 'X-Amz-Meta-A=s/a/b/'], 'not "X-Amz-Meta-A"; x-amz-meta-a perhaps'],
    [['--replace', 'colour=s/a/b/'], '--replace: must name a field'],
    [['--rename', 'x-amz-meta-a'], '--rename: must be like FROM=>TO, not "x-amz-meta-a"'],
    [['--rename', 'content-type=>expires'], 'renames metadata to metadata and tags to tags only'],
    [['--where-key', '*.js', '--type-from-extension'], '--where-key: must follow the rule that it is for'],
    [
      ['--type-from-extension', '--tags', 'drop', '--tag', 'a=b', '--where-key', '*'],
      '--where-key: must follow the rule',
    ],
    [['--type-from-extension', '--where-value', 'a', '--where-value', 'b'], 'the second time as "b"'],
    [['--type-from-extension', '--where-key', '/(/'], '--where-key: must have a regular expression'],
    [
      ['--tag', 'cost=R&D#7', '--where-key', '*.js'],
      '--tag cost=R&D#7: A tag value cannot contain “&” or “#”; "R-D 7" would do',
    ],
    [
      ['--from-modified', 'expires=soon'],
      '--from-modified: must be a whole number from 0 to 36500, not "soon"',
    ],
  ])('%j is refused', (args, sentence) => {
    expect(() => edit(...args)).toThrow(UsageError)
    expect(() => edit(...args)).toThrow(sentence)
  })
})
