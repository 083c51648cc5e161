import { fail } from '#model/failure.ts'
import { codeOf } from './look.ts'
import type { Prepared } from './prepare.ts'
import { AS_WRITE, attempt } from './pace/retry.ts'
import type { ObjectId } from './storage.ts'
import type { CopyWork, WorkContext } from './work.ts'

const DENIED =
  'These keys may not list annotations (s3:ListObjectAnnotations): what is copied by parts, or through this machine, ' +
  'is copied without them.'

/**
 * Annotations, which only CopyObject takes along: after a write that carries bytes alone they are written one by one.
 * Nothing where they are dropped, where one of the two endpoints has none, and where the source lies under a customer
 * key, under which there are none. Source: "Object annotations", Amazon S3 User Guide.
 */
export async function copyAnnotations(
  work: CopyWork,
  context: WorkContext,
  to: ObjectId,
  { sourceKey, destinationKey }: Prepared,
): Promise<void> {
  if (!areCopied(work, context) || sourceKey) return
  const { source, destination, signal } = context
  const names = await namesOf(work, context)
  if (names.length > 0 && destinationKey) {
    const message = `${to.key} was written, but its annotations cannot be: under a customer key there are none.`
    fail('not-possible', 'item', message, { property: 'annotations' })
  }
  for (const name of names) {
    const body = await attempt(context, () => source.getAnnotation({ ...work.source, name }, signal))
    await attempt(context, () => destination.putAnnotation({ ...to, name, body }, signal), AS_WRITE)
  }
}

/** Rights to annotations are young, and few policies grant them: a copy is made without, and the job says so. */
async function namesOf(
  work: CopyWork,
  { source, signal, ...context }: WorkContext,
): Promise<readonly string[]> {
  try {
    return await attempt({ ...context, signal }, () => source.listAnnotations(work.source, signal))
  } catch (error) {
    if (codeOf(error) !== 'access-denied') throw error
    context.note?.(DENIED)
    return []
  }
}

/** Whether the copy lacks some of its source's by name, where they are copied at all. */
export async function annotationsDiffer(
  work: CopyWork,
  context: WorkContext,
  to: ObjectId,
  { sourceKey }: Prepared,
): Promise<boolean> {
  if (!areCopied(work, context) || sourceKey) return false
  const { destination, signal } = context
  const here = await namesOf(work, context)
  if (here.length === 0) return false
  const there = new Set(await attempt(context, () => destination.listAnnotations(to, signal)))
  return here.some((name) => !there.has(name))
}

function areCopied({ properties }: CopyWork, { source, destination }: WorkContext): boolean {
  return (
    properties.annotations.policy === 'copy' && source.habits.annotations && destination.habits.annotations
  )
}
