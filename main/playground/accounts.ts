import { randomBytes, randomInt } from 'node:crypto'
import { InputError, show } from './input.ts'
import type { Credentials } from './signature.ts'

/** Who a request comes from, and who a bucket belongs to. */
export interface Account {
  /** The canonical id, which ACLs and listings name. */
  readonly id: string
  readonly displayName: string
  /** The twelve digits that x-amz-expected-bucket-owner names. */
  readonly account: string
}

/** The account that the playground begins with. */
export const OWNER: Account = {
  id: '7f0c5a1f9e1d4c0a8b3e2d6f4a5b6c7d',
  displayName: 'playground',
  account: '123456789012',
}

/** Who asks without a signature. What it is allowed, everybody is. */
export const EVERYBODY: Account = { id: '', displayName: 'everybody', account: 'everybody' }

/** An account that was added, with its keys. */
export interface AddedAccount extends Account, Credentials {}

/** A new account called `name`, which no other account has. */
export function newAccount(name: string): AddedAccount {
  return {
    id: randomBytes(32).toString('hex'),
    displayName: name,
    account: String(randomInt(200_000_000_000, 999_999_999_999)),
    accessKeyId: `DECANT${randomBytes(7).toString('hex').toUpperCase()}`,
    secretAccessKey: randomBytes(30).toString('base64url'),
  }
}

/** The accounts of a playground. */
export class Accounts {
  readonly #byAccount = new Map<string, Account>([
    [OWNER.account, OWNER],
    [EVERYBODY.account, EVERYBODY],
  ])
  readonly #byKey = new Map<string, AddedAccount>()

  add(account: AddedAccount): void {
    this.#byAccount.set(account.account, account)
    this.#byKey.set(account.accessKeyId, account)
  }

  /** The keys of an account that was added. */
  keys(accessKeyId: string): Credentials | undefined {
    return this.#byKey.get(accessKeyId)
  }

  /** Whose key it is; keys that were not added are the first account's. */
  ofKey(accessKeyId: string): Account {
    return this.#byKey.get(accessKeyId) ?? OWNER
  }

  /** The account with these twelve digits. A bucket's owner is always there. */
  byNumber(account: string): Account {
    return this.#byAccount.get(account) ?? OWNER
  }

  byCanonicalId(id: string): Account | undefined {
    return [...this.#byAccount.values()].find((each) => each.id === id)
  }

  /** The account that admin input names, by its number or its name. @throws InputError */
  named(name: string, field: string): Account {
    const all = [...this.#byAccount.values()]
    const found = all.find((each) => each.account === name || each.displayName === name)
    if (found !== undefined) return found
    const known = all.map((each) => each.displayName).join(', ')
    throw new InputError(`${field} must be an account (${known}), not ${show(name)}`)
  }

  has(name: string): boolean {
    return [...this.#byAccount.values()].some((each) => each.displayName === name)
  }
}
