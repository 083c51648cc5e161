import type { BucketTraits } from '#model/object.ts'
import type { Properties } from '#model/properties.ts'
import type { VerifyLevel } from '#model/spec.ts'
import { LARGE } from './ask-twice.ts'
import { choosePartSize, countParts } from './parts.ts'
import { sourceNeeds } from './properties.ts'
import type { EndpointHabits } from './storage.ts'
import { levelFor } from './compare/verify.ts'

/**
 * The requests that one object's work sends where nothing goes wrong, from what is known before it is begun. They
 * mirror the tables of `editObject`, `editNeeds` and `sourceNeeds`, and are held to what is really sent by tests.
 */

/** By operation. */
export type Requests = Readonly<Record<string, number>>

export interface ExpectedConditions {
  readonly habits: EndpointHabits
  readonly verify: VerifyLevel
  /** Bytes up to which CopyObject is used. */
  readonly copyLimit: number
  readonly ownership: BucketTraits['ownership']
}

export interface ExpectedEdit {
  readonly way: 'in-place' | 're-encrypt' | 'rewrite'
  /** What is asked of this object in the end: with what rules and cells make of it, where that is known. */
  readonly properties: Properties
  readonly size: number
  /** A version was named. */
  readonly isVersion: boolean
  /** Field rules or cells look at its tags, at its first bytes. */
  readonly reads: { readonly tags: boolean; readonly content: boolean }
  /** Undefined: nobody knows. */
  readonly hasTags?: boolean | undefined
}

/**
 * | request                     | sent                                                                              |
 * |-----------------------------|-----------------------------------------------------------------------------------|
 * | HeadObject                  | 1; where a version is rewritten, 1 more                                            |
 * | GetObject                   | 1 where first bytes are read of an object that has some                           |
 * | GetObjectTagging            | 1 where tags are asked for, or rules read them, or a copy loses them, or at `full` |
 * | GetObjectAcl                | 1 where the bucket has ACLs, and the way makes it private or it is asked for       |
 * | ListObjectAnnotations       | 1 where they are dropped, without a copy, and the endpoint has them                |
 * | PutObject…                  | in place, re-encrypt: 1 for each of tags, ACL, legal hold, retention               |
 * | UpdateObjectEncryption      | re-encrypt: 1                                                                     |
 * | CopyObject                  | rewrite: 1; above the limit, CreateMultipartUpload, UploadPartCopy, CompleteMultipartUpload |
 * | PutObjectTagging, GetObjectTagging | rewrite: 1 each where the endpoint lost the object's tags                  |
 * | HeadObject                  | 1 more at `head` and `full`                                                       |
 * | GetObjectTagging, GetObjectAcl | at `full`: 1 more of what can be compared                                       |
 */
export function requestsOfEdit(edit: ExpectedEdit, conditions: ExpectedConditions): Requests {
  const { way, properties, size, reads } = edit
  const { habits, ownership, copyLimit } = conditions
  const { tags, acl, annotations } = properties
  const sent = new Counts()
  sent.add('HeadObject')
  if (reads.content && size > 0) sent.add('GetObject')
  const level = levelFor(conditions.verify, habits, {
    encryption: way !== 'in-place',
    condition: way === 'rewrite',
  })
  const asksTags = tags.policy !== 'copy'
  const asksAcl = acl.policy !== 'copy'
  const readsAnnotations = annotations.policy === 'drop' && habits.annotations && way !== 'rewrite'
  const mayCopy = way !== 'in-place' || readsAnnotations
  const readsTags =
    asksTags || reads.tags || (mayCopy && !habits.selfCopyKeepsTags) || conditions.verify === 'full'
  const readsAcl = ownership !== 'enforced' && (mayCopy || asksAcl)
  if (readsTags) sent.add('GetObjectTagging')
  if (readsAcl) sent.add('GetObjectAcl')
  if (readsAnnotations) sent.add('ListObjectAnnotations')
  if (way === 'rewrite') {
    if (edit.isVersion) sent.add('HeadObject')
    addCopy(sent, size, copyLimit)
    const isOwed = !habits.selfCopyKeepsTags && (asksTags || edit.hasTags !== false)
    if (isOwed) sent.add('PutObjectTagging').add('GetObjectTagging')
  } else {
    if (way === 're-encrypt') sent.add('UpdateObjectEncryption')
    if (asksTags) sent.add('PutObjectTagging')
    if (asksAcl) sent.add('PutObjectAcl')
    if (properties.legalHold.policy !== 'copy') sent.add('PutObjectLegalHold')
    if (properties.retention.policy !== 'copy') sent.add('PutObjectRetention')
  }
  const isByParts = way === 'rewrite' && size > copyLimit
  if (level !== 'answer' || isByParts) sent.add('HeadObject')
  if (level === 'full') {
    if (way === 'rewrite' || asksTags) sent.add('GetObjectTagging')
    if (readsAcl && (way === 'rewrite' || asksAcl)) sent.add('GetObjectAcl')
  }
  return sent.all
}

export interface ExpectedCopy {
  readonly properties: Properties
  readonly size: number
  /** `move`: both are looked at before the source is deleted, whatever is asked for. */
  readonly purpose: 'copy' | 'move'
  readonly by: 'copy' | 'copy-parts'
  /** Over whatever stands there, which a large copy looks at first. */
  readonly isOverAnything: boolean
}

/** What is sent, and what of it goes to the source. Deletes by key: those that go together are fewer requests. */
export interface SentRequests {
  readonly requests: Requests
  readonly atSource: Requests
}

/** Of a copy within one store; a relay sends what its stores make necessary. Undefined: nobody can tell. */
export function requestsOfCopy(copy: ExpectedCopy, conditions: ExpectedConditions): SentRequests | undefined {
  const { properties, size, by } = copy
  const { habits, verify } = conditions
  if (!habits.copySourceIfMatch || !habits.writeConditions || !habits.answersInFull) return undefined
  if (verify === 'full' || !habits.deleteIfMatch) return undefined
  const needs = sourceNeeds(properties, by === 'copy' ? 'copy-object' : 'bytes', habits, copy.purpose)
  const sent = new Counts()
  const atSource = new Counts()
  if (needs.head) atSource.add('HeadObject')
  if (needs.tags) atSource.add('GetObjectTagging')
  if (needs.acl) atSource.add('GetObjectAcl')
  if (copy.isOverAnything && by === 'copy' && size >= LARGE) sent.add('HeadObject')
  addCopy(sent, size, by === 'copy' ? Infinity : 0)
  const asks = { encryption: properties.encryption.policy !== 'drop', condition: true }
  const isMoved = copy.purpose === 'move'
  const level = isMoved ? 'head' : levelFor(verify, habits, asks)
  if (by === 'copy-parts' || level !== 'answer') sent.add('HeadObject')
  // A redirect that a directive does not carry takes a second copy: no listing tells which objects have one.
  if (isMoved) atSource.add('HeadObject').add('DeleteObject')
  for (const operation in atSource.all) sent.add(operation, atSource.all[operation])
  return { requests: sent.all, atSource: atSource.all }
}

/** One look at the newest versions, and the DELETE. */
export const REQUESTS_OF_UNCOVERING: Requests = { ListObjectVersions: 1, DeleteObject: 1 }

function addCopy(sent: Counts, size: number, copyLimit: number): void {
  if (size <= copyLimit) return void sent.add('CopyObject')
  sent.add('CreateMultipartUpload').add('CompleteMultipartUpload')
  sent.add('UploadPartCopy', countParts(size, choosePartSize(size)))
}

class Counts {
  readonly all: Record<string, number> = {}

  add(operation: string, times = 1): this {
    this.all[operation] = (this.all[operation] ?? 0) + times
    return this
  }
}
