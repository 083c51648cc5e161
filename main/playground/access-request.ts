import type { Context } from './context.ts'
import { Fields, InputError, show } from './input.ts'
import type { Mutation } from './mutation.ts'
import { OPERATIONS } from './operations.ts'
import { RIGHTS } from './rights.ts'
import type { Access } from './rights.ts'

/**
 * The change that the admin request asks for.
 * @throws InputError
 */
export function readAccess(
  { store, accounts, now }: Pick<Context, 'store' | 'accounts' | 'now'>,
  body: unknown,
): Mutation {
  const fields = new Fields(body, 'access')
  const name = fields.requiredText('bucket')
  const bucket = store.buckets.get(name)
  if (bucket === undefined) throw new InputError(`${fields.at('bucket')} names no bucket: ${show(name)}`)
  const { account } = accounts.named(fields.requiredText('account'), fields.at('account'))
  const allow = RIGHTS.filter((right) => fields.flag(right) === true)
  const deny = (fields.list('deny') ?? []).map((each) => {
    const operation = OPERATIONS.find((known) => known === each)
    if (operation !== undefined) return operation
    throw new InputError(`${fields.at('deny')} must be a list of operations, not ${show(each)}`)
  })
  fields.end()
  const access: Access = { allow, deny }
  const rules = { ...bucket.rules, access: { ...bucket.rules.access, [account]: access } }
  return { op: 'PutAccess', bucket: name, time: now(), rules }
}
