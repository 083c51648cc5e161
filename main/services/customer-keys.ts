import { DecantError } from '#model/failure.ts'

/** Names the key, never anything of it. */
export function missingKey(name: string): DecantError {
  return new DecantError({
    code: 'customer-key',
    reach: 'item',
    message: `The key ring has no key named "${name}". Add it under Settings, or choose another.`,
    property: 'customerKey',
  })
}
