import { fail } from '#model/failure.ts'
import type { Storage } from './storage.ts'

type Rare =
  | 'bucketTraits'
  | 'getAcl'
  | 'putAcl'
  | 'putRetention'
  | 'putLegalHold'
  | 'updateEncryption'
  | 'restoreObject'
  | 'listAnnotations'
  | 'getAnnotation'
  | 'putAnnotation'

function unavailable(name: Rare): () => Promise<never> {
   
  return async () => fail('not-supported', 'item', `${name} is not available here.`)
}

/** Calls that an implementation does not have. */
export const UNAVAILABLE: Pick<Storage, Rare> = {
  bucketTraits: () => Promise.resolve({}),
  getAcl: unavailable('getAcl'),
  putAcl: unavailable('putAcl'),
  putRetention: unavailable('putRetention'),
  putLegalHold: unavailable('putLegalHold'),
  updateEncryption: unavailable('updateEncryption'),
  restoreObject: unavailable('restoreObject'),
  listAnnotations: unavailable('listAnnotations'),
  getAnnotation: unavailable('getAnnotation'),
  putAnnotation: unavailable('putAnnotation'),
}
