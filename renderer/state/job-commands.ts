import { isFinished, type JobSnapshot } from '#model/job.ts'
import type { App } from './app.svelte.ts'
import type { Command } from './commands.svelte.ts'

/** What can be done with one job: the one that is shown, or the one whose row in the list had the focus last. */
export function jobCommands(app: App): Command[] {
  const shown = (): JobSnapshot | undefined => {
    const { route } = app.router
    if (route.screen === 'job') return app.jobs.byId.get(route.id)
    return route.screen === 'jobs' ? app.jobs.byId.get(app.jobs.pointed ?? '') : undefined
  }
  return [
    {
      id: 'undo-job',
      title: 'Undo the job…',
      group: 'Window',
      keys: ['Mod+Z'],
      scope: 'window',
      screen: 'jobs',
      when: () => whetherUndone(shown()),
      run: () => void app.sheets.undoJob(shown()?.id ?? ''),
    },
  ]
}

/**
 * True, or why a job cannot be taken back, by the rule of the core (`jobs/undo/undoable.ts`).
 *
 * | job                        | answer                        |
 * |----------------------------|-------------------------------|
 * | none                       | which is meant                |
 * | is not over                | that it is not                |
 * | comes back, or some of it  | true                          |
 * | does not                   | what the core says            |
 */
export function whetherUndone(job: JobSnapshot | undefined): true | string {
  if (job === undefined) return 'It is done with a job: in Jobs, on a row of the history.'
  const { undo, status } = job
  if (undo === undefined) return isFinished(status) ? 'It cannot be taken back.' : 'It is not over yet.'
  return undo.is === 'yes' || undo.is === 'partly' ? true : undo.why
}
