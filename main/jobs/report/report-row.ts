import { encodeKey, keyCell } from '../../manifest/write.ts'
import { harmlessId } from './csv-cell.ts'
import type { Item } from '../item.ts'
import { legOf } from '../plan/legs.ts'
import { targetOf } from '../plan/plan-item.ts'
import { defused } from '#model/formula.ts'
import { isLocal, pathBelow } from '#model/local.ts'
import type { PropertyName } from '#model/properties.ts'
import type { JobSpec } from '#model/spec.ts'

/** An object, and where it is. */
interface Where {
  readonly bucket: string
  readonly key: string
  readonly versionId?: string | undefined
}

/**
 * What an item works on, and what it makes or compares with. What stands at a destination alone has no source: it is
 * what the item works on.
 */
export function placesOfItem(
  spec: JobSpec,
  item: Item,
): { readonly from: Where; readonly to?: Where | undefined } {
  const { source, destination } = legOf(spec, item)
  const { key, versionId, newVersionId } = item
  if (item.action === 'delete-extra') return { from: { bucket: destination?.bucket ?? '', key, versionId } }
  const target = spec.kind === 'rewind' ? key : targetOf(spec, item)
  const from = { bucket: source.bucket, key, versionId }
  const to = destination ?? (spec.kind === 'rewind' && item.action !== 'delete-version' ? source : undefined)
  if (to === undefined || target === undefined) return { from }
  return { from, to: { bucket: to.bucket, key: target, versionId: newVersionId } }
}

/**
 * A row of the completion report, in the columns of S3 Batch Operations. Bucket, Key and VersionId are the source's, so
 * that the failed rows are a manifest again; where it went, and as which version, is in ResultMessage.
 */
export function reportRow(spec: JobSpec, item: Item, changed?: readonly PropertyName[]): readonly string[] {
  const { from } = placesOfItem(spec, item)
  const { status, code, httpStatus, message } = becameOf(spec, item, changed)
  return [
    defused(from.bucket),
    keyCell(from.key),
    harmlessId(from.versionId ?? ''),
    status,
    defused(code),
    httpStatus,
    defused(message),
  ]
}

/** What became of an item, in the words of a report. */
export interface Became {
  readonly status: 'succeeded' | 'failed' | 'skipped' | 'not-done'
  /** S3's, or ours where S3 gave none. */
  readonly code: string
  readonly httpStatus: string
  readonly message: string
}

export function becameOf(spec: JobSpec, item: Item, changed?: readonly PropertyName[]): Became {
  const { to } = placesOfItem(spec, item)
  const failure = item.state === 'failed' ? item.failure : undefined
  return {
    status: taskStatus(item),
    code: failure ? (failure.s3?.code ?? failure.code) : '',
    httpStatus: failure ? String(failure.s3?.status ?? '') : isDone(item) ? '200' : '',
    message:
      failure?.message ?? resultMessage(item, to && named(spec, item, to), editMessage(spec, item, changed)),
  }
}

function isDone({ state }: Item): boolean {
  return state === 'copied' || state === 'moved' || state === 'deleted' || state === 'edited'
}

function taskStatus(item: Item): Became['status'] {
  if (isDone(item)) return 'succeeded'
  if (item.state === 'skipped') return 'skipped'
  return item.state === 'failed' ? 'failed' : 'not-done'
}

/**
 * How an edit was made, and of what: `rewrite: headers, tags`. Of an undo, what stands as before: `in-place: tags as
 * before`, or `version deleted: headers as before`.
 */
function editMessage(
  { kind }: JobSpec,
  { action, state, versionId }: Item,
  changed: readonly PropertyName[] = [],
): string | undefined {
  if (kind !== 'edit' && kind !== 'undo') return undefined
  const how = state === 'deleted' ? `version ${versionId} deleted` : action
  const what = changed.map(spoken).join(', ')
  return what === '' ? how : `${how}: ${what}${kind === 'undo' ? ' as before' : ''}`
}

/** `storageClass` → `storage class`. */
function spoken(name: PropertyName): string {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
}

/** What was made: `s3://bucket/key`, or the path of a file. */
function named(spec: JobSpec, item: Item, { bucket, key }: Where): string {
  const { destination } = legOf(spec, item)
  return destination && isLocal(destination) ? pathBelow(bucket, key) : `s3://${bucket}/${encodeKey(key)}`
}

/** `Successful`, and after it what was made: `Successful, s3://bucket/key, version id`. */
function resultMessage(item: Item, where: string | undefined, edit: string | undefined): string {
  switch (item.state) {
    case 'skipped':
      return item.failure === undefined ? (item.skipReason ?? '') : `left: ${item.failure.message}`
    case 'restoring':
      return 'awaited from the archive'
    case 'copied':
    case 'moved':
    case 'edited':
    case 'deleted': {
      const version = item.newVersionId === undefined ? undefined : `version ${item.newVersionId}`
      return ['Successful', edit, where, version].filter((part) => part !== undefined).join(', ')
    }
    default:
      return ''
  }
}
