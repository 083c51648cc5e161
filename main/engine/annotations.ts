import { attempt } from './retry.ts'
import type { ObjectId } from './storage.ts'
import type { CopyWork, WorkContext } from './work.ts'

/**
 * Annotations, which only CopyObject takes along: after a write that carries bytes alone they are written one by one.
 * Nothing where they are dropped, or where one of the two endpoints has none. Source: "Object annotations", Amazon S3
 * User Guide.
 */
export async function copyAnnotations(work: CopyWork, context: WorkContext, to: ObjectId): Promise<void> {
  if (!areCopied(work, context)) return
  const { source, destination, signal } = context
  for (const name of await attempt(context, () => source.listAnnotations(work.source, signal))) {
    const body = await attempt(context, () => source.getAnnotation({ ...work.source, name }, signal))
    await attempt(context, () => destination.putAnnotation({ ...to, name, body }, signal))
  }
}

/** Whether the copy has others by name than its source, where they are copied at all. */
export async function annotationsDiffer(
  work: CopyWork,
  context: WorkContext,
  to: ObjectId,
): Promise<boolean> {
  if (!areCopied(work, context)) return false
  const { source, destination, signal } = context
  const here = await attempt(context, () => source.listAnnotations(work.source, signal))
  const there = await attempt(context, () => destination.listAnnotations(to, signal))
  return [...here].sort().join('\n') !== [...there].sort().join('\n')
}

function areCopied({ properties }: CopyWork, { source, destination }: WorkContext): boolean {
  return (
    properties.annotations.policy === 'copy' && source.habits.annotations && destination.habits.annotations
  )
}
