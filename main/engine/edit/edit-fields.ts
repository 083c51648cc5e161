import type { CompiledRules, FieldCell, FieldSubject } from '#model/apply-field-rules.ts'
import {
  compileFieldRules,
  differing,
  fieldNeeds,
  fieldsOf,
  writtenFields,
} from '#model/apply-field-rules.ts'
import { fail } from '#model/failure.ts'
import { fieldProblems } from '#model/field-problems.ts'
import { propertiesWithFields } from '#model/field-properties.ts'
import type { FieldRule } from '#model/field-rules.ts'
import type { ObjectHead, Tags } from '#model/object.ts'
import type { SomeProperties } from '#model/properties.ts'
import type { Opened } from '../customer-keys.ts'
import { isRefusedCondition, readTags, sourceChanged } from '../look.ts'
import type { RequestContext } from '../pace/retry.ts'
import { attempt } from '../pace/retry.ts'
import { SNIFFED_BYTES, sniffType } from '../preview/sniff-type.ts'
import type { CustomerKey, ObjectId, Storage } from '../storage.ts'
import type { EditWork, WorkContext } from '../work.ts'

/** An edit whose properties are those of its object: rules and cells are worked into them. */
export interface ConcreteEdit {
  readonly work: EditWork
  /** Of the object, where they had to be read. */
  readonly tags?: Tags | undefined
}

export function hasFields({ fieldRules, fields }: EditWork): boolean {
  return (fieldRules !== undefined && fieldRules.length > 0) || fields !== undefined
}

/**
 * What field rules and cells edited by hand make of this object. They see it as it stood before the edit: where an
 * earlier run may have written already, as that run remembered it, for a rule may not do its work twice.
 * Throws `bad-input`, naming field and value, for what S3 would refuse.
 */
export async function withFields(
  work: EditWork,
  here: WorkContext,
  { head, key }: Opened,
  remembered: SomeProperties | undefined,
): Promise<ConcreteEdit> {
  if (!hasFields(work)) return { work }
  const { object, fieldRules = NO_RULES, fields } = work
  const compiled = compiledOnce(fieldRules)
  const needs = fieldNeeds(compiled, fields, object.key)
  const stands = remembered ? asRemembered(head, work, remembered) : head
  const [tagsNow, sniffedType] = await Promise.all([
    needs.tags ? readTags(here.source, object, here) : undefined,
    needs.content ? readType(here.source, object, stands, key, here) : undefined,
  ])
  const tags = remembered?.tags?.policy === 'set' && tagsNow ? remembered.tags.value : tagsNow
  const { lastModified, storageClass, headers, metadata } = stands
  const subject = { key: object.key, lastModified, storageClass, headers, metadata, tags, sniffedType }
  const cells = writtenFields(compiled, subject, fields)
  refuseProblems(object.key, subject, cells)
  const properties = propertiesWithFields(work.properties, cells)
  return { work: { ...work, properties, fieldRules: undefined, fields: undefined }, tags: tagsNow }
}

const NO_RULES: readonly FieldRule[] = []
const compiled = new WeakMap<readonly FieldRule[], CompiledRules>()

/** All objects of a job share one list of rules. */
function compiledOnce(rules: readonly FieldRule[]): CompiledRules {
  const known = compiled.get(rules)
  if (known) return known
  const fresh = compileFieldRules(rules)
  compiled.set(rules, fresh)
  return fresh
}

/** The object with what an earlier run remembered of it over what stands there; a rewrite changes its date as well. */
function asRemembered(head: ObjectHead, work: EditWork, remembered: SomeProperties): ObjectHead {
  const { headers, metadata, redirect, storageClass } = remembered
  const system = headers?.policy === 'set' ? headers.value : head.headers
  const websiteRedirect =
    redirect?.policy === 'set'
      ? redirect.value
      : redirect?.policy === 'drop'
        ? undefined
        : head.headers.websiteRedirect
  return {
    ...head,
    lastModified: work.lastModified,
    headers: { ...system, websiteRedirect },
    metadata: metadata?.policy === 'set' ? metadata.value : head.metadata,
    storageClass: storageClass?.policy === 'set' ? storageClass.value : head.storageClass,
  }
}

function refuseProblems(key: string, subject: FieldSubject, cells: readonly FieldCell[]): void {
  const before = fieldsOf(subject)
  const [first] = fieldProblems(before, differing(before, cells))
  if (!first) return
  const [field, { problem }] = first
  const value = cells.find((cell) => cell.field === field)?.value ?? null
  const asked = value === null ? 'be taken away' : `become ${brief(value)}`
  fail('bad-input', 'item', `${field} of ${key} would ${asked}. ${problem}`, { property: field })
}

function brief(value: string): string {
  return JSON.stringify(value.length > 120 ? `${value.slice(0, 117)}...` : value)
}

/**
 * What an object's first bytes say that it is, by a ranged GET bound to the ETag of `head`; undefined where they say
 * nothing. An empty object is not asked. Rejects as a GET does: `archived`, `access-denied`, `source-changed`.
 */
export async function readType(
  storage: Storage,
  id: ObjectId,
  head: Pick<ObjectHead, 'etag' | 'size' | 'headers'>,
  customerKey: CustomerKey | undefined,
  context: RequestContext,
): Promise<string | undefined> {
  if (head.size === 0) return undefined
  const { bucket, key, versionId } = id
  const range = [0, Math.min(head.size, SNIFFED_BYTES) - 1] as const
  const request = { bucket, key, versionId, range, ifMatch: head.etag, customerKey }
  try {
    const bytes = await attempt(context, async () => {
      const { body } = await storage.getObject(request, context.signal)
      return beginning(body)
    })
    return await sniffType(bytes, head.size, head.headers.contentEncoding)
  } catch (error) {
    if (isRefusedCondition(error)) sourceChanged({ source: { bucket, key, customerKeys: [] } })
    throw error
  }
}

/** No more than is looked at, even where the server ignores the range. */
async function beginning(
  body: AsyncIterable<Uint8Array> & { destroy(error?: Error): void },
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of body) {
    chunks.push(chunk)
    length += chunk.length
    if (length >= SNIFFED_BYTES) break
  }
  body.destroy()
  return Buffer.concat(chunks).subarray(0, SNIFFED_BYTES)
}
