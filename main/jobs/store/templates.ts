import type { Database, Row } from '../../sqlite/sqlite.ts'

/** A job's spec under a name. */
export interface TemplateRow {
  readonly id: string
  readonly name: string
  /** JSON. */
  readonly spec: string
  /** Milliseconds since the epoch. */
  readonly createdAt: number
}

export interface TemplatesTable {
  /** One of the same name is replaced, and keeps its id. @returns that id */
  save(row: TemplateRow): string
  list(): TemplateRow[]
  get(id: string): TemplateRow | undefined
  remove(id: string): void
}

export function openTemplates(db: Database): TemplatesTable {
  const save = db.prepare(
    'INSERT INTO templates (id, name, spec, created_at) VALUES (?,?,?,?) ' +
      'ON CONFLICT (name) DO UPDATE SET spec = excluded.spec, created_at = excluded.created_at RETURNING id',
  )
  const list = db.prepare('SELECT id, name, spec, created_at FROM templates ORDER BY name')
  const get = db.prepare('SELECT id, name, spec, created_at FROM templates WHERE id = ?')
  const remove = db.prepare('DELETE FROM templates WHERE id = ?')
  return {
    save: ({ id, name, spec, createdAt }) => String(save.get(id, name, spec, createdAt)?.[0]),
    list: () => list.all().map(toTemplate),
    get: (id) => {
      const row = get.get(id)
      return row && toTemplate(row)
    },
    remove: (id) => void remove.run(id),
  }
}

function toTemplate(row: Row): TemplateRow {
  return { id: String(row[0]), name: String(row[1]), spec: String(row[2]), createdAt: Number(row[3]) }
}
