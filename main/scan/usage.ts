import type { ObjectSummary, VersionSummary } from '#model/object.ts'
import type { Count } from '#model/plan.ts'
import { NOTHING, plus } from '#model/scan.ts'
import type { ClassUsage, UsageCounts } from '#model/scan.ts'

/** Adds up what lies in a place, by class: a row a class, however many objects there are. */
export class UsageTally {
  readonly #classes = new Map<string, { current: Count; older: Count }>()
  #deleteMarkers = 0
  #uploads: Count | undefined

  add(rows: readonly (ObjectSummary | VersionSummary)[]): void {
    for (const row of rows) {
      const version = 'isLatest' in row ? row : undefined
      if (version?.isDeleteMarker) {
        this.#deleteMarkers += 1
        continue
      }
      const of = this.#classes.get(row.storageClass) ?? { current: NOTHING, older: NOTHING }
      if (version?.isLatest === false) of.older = plus(of.older, row.size)
      else of.current = plus(of.current, row.size)
      this.#classes.set(row.storageClass, of)
    }
  }

  addUploads(uploads: number, bytes: number): void {
    this.#uploads = plus(this.#uploads ?? NOTHING, bytes, uploads)
  }

  counts(): UsageCounts {
    const classes: ClassUsage[] = [...this.#classes].map(([storageClass, of]) => ({ storageClass, ...of }))
    return { classes, deleteMarkers: this.#deleteMarkers, uploads: this.#uploads }
  }
}
