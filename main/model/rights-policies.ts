import type { WrittenPolicy } from './job.ts'
import { bucketNamed } from './rights-arns.ts'
import type { Right } from './rights-needed.ts'
import { placesOf, type JobSpec } from './spec.ts'

/** Who asks, as far as it is known: in the words of a policy's Principal. */
export interface Caller {
  /** ARN. */
  readonly arn?: string | undefined
  /** Twelve digits. */
  readonly account?: string | undefined
}

interface Statement {
  readonly Sid: string
  readonly Effect: 'Allow'
  readonly Principal?: { readonly AWS: string }
  readonly Action: readonly string[]
  readonly Resource: readonly string[] | string
}

/** To be replaced by whoever pastes it; IAM refuses it as it stands. */
const NOBODY = 'arn:aws:iam::ACCOUNT-ID:role/NAME'

/**
 * The caller as AWS's message or the connection tells it. A session of a role is granted by its role.
 * Source: "AWS JSON policy elements: Principal", IAM User Guide.
 */
export function callerOf(spec: JobSpec, principal: string | undefined): Caller {
  const arn = principal ?? configured(spec)
  const [, partition, account, role] =
    /^arn:([a-z-]+):sts::(\d{12}):assumed-role\/([^/]+)\//.exec(arn ?? '') ?? []
  if (role !== undefined) return { arn: `arn:${partition}:iam::${account}:role/${role}`, account }
  return { arn, account: /^arn:[a-z-]+:iam::(\d{12}):/.exec(arn ?? '')?.[1] }
}

function configured(spec: JobSpec): string | undefined {
  for (const { connection } of placesOf(spec)) {
    const { credentials } = connection.config
    if (credentials.kind === 'role') return credentials.roleArn
    if (credentials.kind === 'sso') return `arn:aws:iam::${credentials.accountId}:root`
  }
  return undefined
}

/** One policy that grants all of these; empty: an empty list of statements. */
export function identityPolicy(rights: readonly Right[]): string {
  return written(statementsOf(rights))
}

/**
 * The policies that grant what is missing, by where they belong:
 *
 * | right on  | whose                                      | policies                  |
 * |-----------|--------------------------------------------|---------------------------|
 * | a bucket  | the caller's account, or nobody knows      | identity                  |
 * | a bucket  | named in the job as another account's      | identity, and the bucket's |
 * | a KMS key | any                                        | identity, and the key's   |
 */
export function policiesFor(
  rights: readonly Right[],
  spec: JobSpec,
  caller: Caller,
): readonly WrittenPolicy[] {
  if (rights.length === 0) return []
  return [
    {
      of: 'identity',
      text: identityPolicy(rights),
      how: 'Add it to the user or the role whose keys the connection uses.',
    },
    ...bucketPolicies(rights, spec, caller),
    ...keyPolicies(rights, caller),
  ]
}

function bucketPolicies(rights: readonly Right[], spec: JobSpec, caller: Caller): readonly WrittenPolicy[] {
  const foreign = placesOf(spec)
    .filter(({ owner }) => owner !== undefined && owner !== caller.account)
    .map(({ bucket }) => bucket)
  return [...new Set(foreign)].flatMap((bucket): WrittenPolicy[] => {
    const own = rights.filter(({ resource }) => bucketNamed(resource) === bucket)
    if (own.length === 0) return []
    const how = `The bucket is another account's: its owner adds these statements to those of the policy of ${bucket}.`
    return [
      { of: 'bucket', name: bucket, text: written(statementsOf(own, caller)), how: how + forNobody(caller) },
    ]
  })
}

function keyPolicies(rights: readonly Right[], caller: Caller): readonly WrittenPolicy[] {
  const keys = rights.filter(({ action }) => action.startsWith('kms:'))
  return [...Map.groupBy(keys, ({ resource }) => resource)].map(([key, own]) => {
    const [statement] = statementsOf(own, caller)
    // Within a key's policy the key is all that there is.
    const text = written(statement === undefined ? [] : [{ ...statement, Resource: '*' }])
    const how =
      "Add the statement to those of the key's policy; without the others nobody could manage the key any more."
    return { of: 'key', name: key, text, how: how + forNobody(caller) }
  })
}

function forNobody({ arn }: Caller): string {
  return arn === undefined ? ' Put the ARN of the user or the role in the place of ACCOUNT-ID and NAME.' : ''
}

/** Resources that need the same are one statement. */
function statementsOf(rights: readonly Right[], caller?: Caller): readonly Statement[] {
  const byResource = Map.groupBy(rights, ({ resource }) => resource)
  const bySet = new Map<string, { readonly actions: readonly string[]; readonly resources: string[] }>()
  for (const [resource, own] of byResource) {
    const actions = [...new Set(own.map(({ action }) => action))].sort()
    const same = bySet.get(actions.join())
    if (same) same.resources.push(resource)
    else bySet.set(actions.join(), { actions, resources: [resource] })
  }
  return [...bySet.values()].map(({ actions, resources }, n) => ({
    Sid: `Decant${n + 1}`,
    Effect: 'Allow',
    ...(caller && { Principal: { AWS: caller.arn ?? NOBODY } }),
    Action: actions,
    Resource: resources.sort(),
  }))
}

function written(statements: readonly Statement[]): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: statements }, undefined, 2)
}
