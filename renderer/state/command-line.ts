import type { EndpointConfig } from '#model/connection.ts'
import type { PourSpec } from '#model/spec.ts'

export type CommandLine =
  { readonly ok: true; readonly text: string } | { readonly ok: false; readonly reason: string }

/**
 * The pour as a line for a terminal: `decant copy s3://a/x/ s3://b/x/ …`. It holds no keys; those come from the
 * profile, or from the environment. What a line cannot say, a job file can.
 */
export function commandLine(spec: PourSpec): CommandLine {
  const [chosen, second] = spec.sources[0].select
  if (chosen === undefined || second !== undefined) return no('More than one thing is chosen')
  if (chosen.kind === 'object' && chosen.versionId !== undefined) return no('One version is chosen')
  if (spec.properties.tags.policy !== 'copy') return no('Tags are changed')
  const key = chosen.kind === 'object' ? chosen.key : chosen.prefix
  if (chosen.kind === 'object' && key.endsWith('/')) return no('The object’s key ends in a slash')
  if (chosen.kind === 'prefix' && key !== '' && !key.endsWith('/')) return no('The prefix ends within a name')
  const target = `${spec.destinations[0].prefix}${key.slice(spec.sources[0].base.length)}`
  if (chosen.kind === 'prefix' && target !== '' && !target.endsWith('/'))
    return no('The new prefix ends within a name')
  if (chosen.kind === 'object' && (target === '' || target.endsWith('/')))
    return no('The new key ends in a slash')

  const near = spec.sources[0].connection.config
  const far = spec.destinations[0].connection.config
  const sides = sideOptions(near, far)
  if (typeof sides === 'string') return no(sides)
  const { storageClass } = spec.properties
  const words = [
    'decant',
    spec.kind,
    `s3://${spec.sources[0].bucket}/${key}`,
    `s3://${spec.destinations[0].bucket}/${target}`,
    ...sides,
    ...(storageClass.policy === 'set' ? ['--storage-class', storageClass.value] : []),
    '--conflict',
    spec.conflict,
    ...(spec.verify === 'auto' ? [] : ['--verify', spec.verify]),
  ]
  return { ok: true, text: words.map(quote).join(' ') }
}

/** The options of both sides; the destination takes the source's where it is told nothing of its own. */
function sideOptions(near: EndpointConfig, far: EndpointConfig): string[] | string {
  const own = profileOf(near)
  const other = profileOf(far)
  if (own !== other && other === undefined) return 'The destination’s keys are in no profile'
  if (own === undefined && JSON.stringify(near.credentials) !== JSON.stringify(far.credentials))
    return 'The two sides have different keys'
  for (const side of [near, far]) {
    if (side.addressing === 'virtual' && side.endpoint !== undefined && !isAws(side.endpoint))
      return 'Virtual-host addressing is used at an endpoint of one’s own'
  }
  const options: string[] = []
  if (own !== undefined) options.push('--profile', own)
  if (near.endpoint !== undefined) options.push('--endpoint-url', near.endpoint)
  options.push('--region', near.region)
  if (wantsPathStyle(near)) options.push('--path-style')
  if (other !== undefined && other !== own) options.push('--dest-profile', other)
  if (far.endpoint !== near.endpoint)
    options.push('--dest-endpoint-url', far.endpoint ?? `https://s3.${far.region}.amazonaws.com`)
  if (far.region !== near.region) options.push('--dest-region', far.region)
  if (wantsPathStyle(far) && !wantsPathStyle(near)) options.push('--dest-path-style')
  return options
}

function profileOf({ credentials }: EndpointConfig): string | undefined {
  return credentials.kind === 'profile' ? credentials.profile : undefined
}

/** Elsewhere than at AWS it is the default. */
function wantsPathStyle({ addressing, endpoint }: EndpointConfig): boolean {
  return addressing === 'path' && (endpoint === undefined || isAws(endpoint))
}

function isAws(endpoint: string): boolean {
  return /(^|\.)amazonaws\.com(\.cn)?$/.test(new URL(endpoint).hostname)
}

/** As a POSIX shell takes it: left alone where nothing in it means anything to a shell. */
function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}

function no(reason: string): CommandLine {
  return { ok: false, reason: `${reason}: save it as a job file and run that with decant run.` }
}
