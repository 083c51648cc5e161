import type { UndoSpec } from '#model/spec.ts'

/** `count`: "14 objects". */
export function undoQuestion(what: UndoSpec['what'], count: string): string {
  switch (what) {
    case 'copy':
      return `Delete ${count} that the copy made?`
    case 'move':
      return `Move ${count} back?`
    case 'delete':
      return `Bring ${count} back?`
    default:
      return `Take ${count} back to what they were?`
  }
}

/** A sentence. `title`: of the job that is undone. */
export function whatUndoDoes(what: UndoSpec['what'], count: string, title: string): string {
  switch (what) {
    case 'copy':
      return `A job of its own deletes what “${title}” made, ${count}; what it wrote over comes back, where a version or a backup was kept.`
    case 'move':
      return `A job of its own brings ${count} back to where they were before “${title}”, looks at them there, and only then deletes their copies.`
    case 'delete':
      return `A job of its own removes the delete markers that “${title}” has put over ${count}.`
    case 'rewind':
      return `A job of its own removes what “${title}” has put on top of ${count}.`
    case 'edit':
    case 'undo':
      return `A job of its own gives ${count} back what “${title}” has changed.`
  }
}
