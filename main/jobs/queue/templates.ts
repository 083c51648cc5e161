import type { TemplateRow, TemplatesTable } from '../store/templates.ts'
import { describeJob } from '#model/describe-job.ts'
import { fail } from '#model/failure.ts'
import type { Seams } from '#model/seams.ts'
import { jobSpec } from '#model/spec.ts'
import type { JobSpec } from '#model/spec.ts'

/** What lists show of a template. */
export interface Template {
  readonly id: string
  readonly name: string
  readonly kind: JobSpec['kind']
  readonly title: string
  readonly createdAt: number
}

/** Specs under names, to be made jobs of again. A spec holds no secret, so a template holds none. */
export interface Templates {
  list(): Template[]
  /** One of the same name is replaced. */
  save(name: string, spec: JobSpec): Template
  spec(id: string): JobSpec
  remove(id: string): void
}

export function openTemplateList(table: TemplatesTable, seams: Pick<Seams, 'id' | 'now'>): Templates {
  return {
    list: () => listTemplates(table),
    save: (name, spec) => {
      refuseSingle(spec)
      const row = { id: seams.id(), name, spec: JSON.stringify(spec), createdAt: seams.now() }
      return toTemplate({ ...row, id: table.save(row) }, spec)
    },
    spec: (id) => {
      const row = table.get(id) ?? unknown(id)
      return readSpec(row) ?? unreadable(row)
    },
    remove: (id) => {
      if (table.get(id) === undefined) unknown(id)
      table.remove(id)
    },
  }
}

/** Without those that another version wrote and this one cannot read. */
export function listTemplates(table: Pick<TemplatesTable, 'list'>): Template[] {
  return table.list().flatMap((row) => {
    const spec = readSpec(row)
    return spec === undefined ? [] : toTemplate(row, spec)
  })
}

/** What can be done once only is no pattern for others. */
function refuseSingle(spec: JobSpec): void {
  const message =
    spec.kind === 'undo'
      ? 'kind: an undo takes back one job, so it cannot be a template.'
      : spec.kind === 'edit' && spec.changes.from === 'grid'
        ? 'changes: the values of this edit were made in a metadata grid, which no template holds.'
        : undefined
  if (message !== undefined) fail('not-possible', 'item', message, { property: 'job' })
}

function toTemplate({ id, name, createdAt }: TemplateRow, spec: JobSpec): Template {
  return { id, name, kind: spec.kind, title: describeJob(spec), createdAt }
}

function readSpec(row: TemplateRow): JobSpec | undefined {
  try {
    return jobSpec.safeParse(JSON.parse(row.spec)).data
  } catch {
    return undefined
  }
}

function unknown(id: string): never {
  return fail('bad-input', 'item', `id: there is no template ${JSON.stringify(id)}`, { property: 'id' })
}

function unreadable({ name }: TemplateRow): never {
  const message = `The template ${JSON.stringify(name)} was saved by another version of Decant, and cannot be read.`
  return fail('not-possible', 'item', message, { property: 'id' })
}
