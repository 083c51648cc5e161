import { describe, expect, it } from 'vitest'
import { pourSpec } from '../../main/cli/pour-spec.ts'
import { UsageError } from '../../main/cli/usage.ts'

type Options = Record<string, string | boolean | undefined>

function spec(source: string, destination: string, options: Options = {}, env: NodeJS.ProcessEnv = {}) {
  return pourSpec(
    'copy',
    { source, destination, options },
    env,
    (name) =>
      ({
        default: { region: 'eu-central-1' },
        work: { region: 'eu-west-1', endpoint: 'https://s3.work.example' },
      })[name],
  )
}

describe('SOURCE and DEST', () => {
  it.each([
    ['s3://a/b/', 's3://z/y/', {}, 'prefix', 'b/', 'b/', 'y/'],
    ['s3://a', 's3://z', {}, 'prefix', '', '', ''],
    ['s3://a/', 's3://z/', {}, 'prefix', '', '', ''],
    ['s3://a/b/log', 's3://z/y/', { recursive: true }, 'prefix', 'b/log', 'b/', 'y/'],
    ['s3://a/b/c.txt', 's3://z/y/', {}, 'object', 'b/c.txt', 'b/', 'y/'],
    ['s3://a/b/c.txt', 's3://z', {}, 'object', 'b/c.txt', 'b/', ''],
    ['s3://a/b/c.txt', 's3://z/n.txt', {}, 'object', 'b/c.txt', 'b/c.txt', 'n.txt'],
    ['s3://a/ä b+%2F', 's3://z/q', {}, 'object', 'ä b+%2F', 'ä b+%2F', 'q'],
    ['s3://a//x/', 's3://z/', {}, 'prefix', '/x/', '/x/', ''],
  ])('%s %s %j', (source, destination, options, kind, selected, base, prefix) => {
    const made = spec(source, destination, options)
    const select = kind === 'prefix' ? { kind, prefix: selected } : { kind, key: selected }
    expect(made.sources[0]).toMatchObject({ bucket: 'a', base, select: [select] })
    expect(made.destinations[0]).toMatchObject({ bucket: 'z', prefix })
  })

  it.each([
    ['b/c', 's3://z/', {}, 'SOURCE: must be like s3://bucket/prefix/, not "b/c"'],
    ['s3://a/', '/tmp/x', {}, 'DEST: must be like s3://bucket/prefix/, not "/tmp/x"'],
    ['s3:///x', 's3://z', {}, 'SOURCE: must be like s3://bucket/prefix/, not "s3:///x"'],
    ['s3://a/b/', 's3://z/y', {}, 'DEST: must end in / as many objects go there, not "s3://z/y"'],
    ['s3://a/b', 's3://z', { conflict: 'maybe' }, '--conflict: must be one of skip, overwrite'],
    ['s3://a/b', 's3://z', { verify: 'x' }, '--verify: must be one of auto, answer, head, full, not "x"'],
    [
      's3://a/b',
      's3://z',
      { concurrency: '0' },
      '--concurrency: must be a whole number from 1 to 1024, not "0"',
    ],
    ['s3://a/b', 's3://z', { 'storage-class': 'COLD' }, '--storage-class: must be one of STANDARD'],
    ['s3://a/b', 's3://z', { profile: 'nope' }, '--profile: there is no profile "nope"'],
    ['s3://a/b', 's3://z', { 'dest-endpoint-url': 'ftp://x' }, '--dest-endpoint-url: must be a URL'],
    ['s3://a/b', 's3://z', { region: 'a b' }, '--region: must be letters, digits and hyphens, not "a b"'],
    [`s3://a/${'k'.repeat(1025)}`, 's3://z', {}, 'must be at most 1,024 bytes'],
  ])('%s %s %j is refused', (source, destination, options, sentence) => {
    expect(() => spec(source, destination, options)).toThrow(UsageError)
    expect(() => spec(source, destination, options)).toThrow(sentence)
  })
})

describe('the two stores', () => {
  const sides = (options: Options, env: NodeJS.ProcessEnv = {}) => {
    const {
      sources: [source],
      destinations: [destination],
    } = spec('s3://a/b', 's3://z', options, env)
    return [source.connection, destination.connection]
  }

  it('are AWS, by the environment, where nothing else is said', () => {
    const [source, destination] = sides({})
    expect(source?.config).toEqual({
      region: 'eu-central-1',
      addressing: 'virtual',
      credentials: { kind: 'environment' },
    })
    expect(destination).toEqual(source)
  })

  it('are alike where --dest- says nothing', () => {
    const [source, destination] = sides({ 'endpoint-url': 'http://127.0.0.1:9', region: 'x' })
    expect(source?.config).toMatchObject({ endpoint: 'http://127.0.0.1:9', addressing: 'path', region: 'x' })
    expect(destination).toEqual(source)
  })

  it('differ where it does', () => {
    const [source, destination] = sides({ 'dest-profile': 'work', 'dest-region': 'y' })
    expect(source?.config.credentials).toEqual({ kind: 'environment' })
    expect(destination?.config).toEqual({
      endpoint: 'https://s3.work.example',
      region: 'y',
      addressing: 'path',
      credentials: { kind: 'profile', profile: 'work' },
    })
    expect(destination?.id).not.toBe(source?.id)
  })

  it('follow the variables of the AWS tools', () => {
    const env = { AWS_ENDPOINT_URL: 'http://127.0.0.1:8', AWS_REGION: 'r', AWS_PROFILE: 'work' }
    expect(sides({}, env)[0]?.config).toMatchObject({
      endpoint: 'http://127.0.0.1:8',
      region: 'r',
      credentials: { kind: 'profile', profile: 'work' },
    })
    expect(sides({}, { ...env, AWS_ACCESS_KEY_ID: 'k' })[0]?.config.credentials).toEqual({
      kind: 'environment',
    })
  })
})
