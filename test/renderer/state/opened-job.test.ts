import { describe, expect, test } from 'vitest'
import type { ConnectionRef, EndpointConfig } from '#model/connection.ts'
import { LOCAL_CONNECTION } from '#model/local.ts'
import { jobSpec, type JobSpec } from '#model/spec.ts'
import { resolveSpec } from '../../../renderer/state/opened-job.ts'

const config: EndpointConfig = {
  endpoint: 'https://store.example',
  region: 'eu',
  addressing: 'path',
  credentials: { kind: 'keys', accessKeyId: 'mine' },
}
const mine: ConnectionRef = { id: 'mine', name: 'Store', config }
const known = { connections: [mine], hasJob: (id: string) => id === 'job', hasGrid: () => false }

function copyOf(from: ConnectionRef, to: ConnectionRef): JobSpec {
  return jobSpec.parse({
    v: 1,
    kind: 'copy',
    sources: [{ connection: from, bucket: 'a', select: [{ kind: 'prefix', prefix: '' }], base: '' }],
    destinations: [{ connection: to, bucket: 'b', prefix: '' }],
    conflict: 'skip',
    verify: 'auto',
  })
}
const refs = (spec: JobSpec): readonly ConnectionRef[] =>
  [...spec.sources, ...(spec.kind === 'copy' ? spec.destinations : [])].map(({ connection }) => connection)

describe('a job that came in a file runs on the connections that are here', () => {
  test.each([
    [
      'by its id, whatever endpoint the file says',
      { ...mine, config: { ...config, endpoint: 'https://evil.example' } },
      mine,
    ],
    ['by name and endpoint', { ...mine, id: 'of-another-machine' }, mine],
    [
      'the folders of this machine',
      { id: 'x', name: 'My laptop', config: { ...config, credentials: { kind: 'local' } } },
      LOCAL_CONNECTION,
    ],
  ] as const)('%s', (_how, wanted, found) => {
    const spec = copyOf(mine, mine)
    const asked = { ...spec, sources: [{ ...spec.sources[0], connection: wanted }] } as JobSpec
    const resolved = resolveSpec('a.decant', asked, known)
    expect(resolved.ok && refs(resolved.spec)).toEqual([found, mine])
  })

  test.each([
    ['a name alone', { ...mine, id: 'x', config: { ...config, endpoint: 'https://evil.example' } }],
    [
      'an endpoint of its own',
      { id: 'x', name: 'Evil', config: { ...config, endpoint: 'https://evil.example' } },
    ],
  ] as const)('and on no other: %s', (_how, to) => {
    const resolved = resolveSpec('a.decant', copyOf(mine, to), known)
    expect(!resolved.ok && resolved.reason).toBe(
      `a.decant: destinations.0.connection: there is no connection "${to.name}" (https://evil.example) here. Add it, then open the file again.`,
    )
  })

  test('a job that takes back another one needs that', () => {
    const { sources } = copyOf(mine, mine)
    const undo = (of: string) => jobSpec.parse({ v: 1, kind: 'undo', sources, verify: 'auto', of })
    expect(resolveSpec('a', undo('job'), known).ok).toBe(true)
    const refused = resolveSpec('a', undo('gone'), known)
    expect(!refused.ok && refused.reason).toMatch(/^a: of: the job "gone"/)
  })
})
