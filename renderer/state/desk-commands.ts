import { isFinished } from '#model/job.ts'
import { JOB_FILE_ENDING, RECORD_ENDING } from '#model/job-file.ts'
import { pickFiles } from '../api/pick-file.ts'
import type { App } from './app.svelte.ts'
import type { Command } from './commands.svelte.ts'
import { importRecordFile, openJobText } from './handed-over.ts'

/** What has to do with the machine around the window: files, links, logs, and all jobs at once. */
export function deskCommands(app: App): Command[] {
  const inWindow = { group: 'Window', scope: 'window', keys: [] } as const
  const unfinished = () => app.jobs.all.filter(({ status }) => !isFinished(status))
  const paused = () => unfinished().filter(({ status }) => status.is === 'paused')
  const going = () =>
    unfinished().filter(({ status }) => ['running', 'planning', 'queued'].includes(status.is))
  return [
    {
      ...inWindow,
      id: 'pause-all',
      title: 'Pause all jobs',
      when: () => (going().length > 0 ? true : 'No job is running.'),
      run: () => going().forEach(({ id }) => void app.jobs.pause(id)),
    },
    {
      ...inWindow,
      id: 'resume-all',
      title: 'Resume all jobs',
      when: () => (paused().length > 0 ? true : 'No job is paused.'),
      run: () => paused().forEach(({ id }) => void app.jobs.resume(id)),
    },
    {
      ...inWindow,
      id: 'new-from-template',
      title: 'New job from a template…',
      when: () => true,
      run: () => void app.orders.showTemplates(),
    },
    {
      ...inWindow,
      id: 'open-job-file',
      title: 'Open a job file…',
      keys: ['Mod+O'],
      when: () => true,
      run: () =>
        void pickFiles(`${JOB_FILE_ENDING},.json,application/json`, false).then(async ([file]) => {
          if (file !== undefined) openJobText(app, file.name, await file.text())
        }),
    },
    {
      ...inWindow,
      id: 'import-record',
      title: 'Import the record of a job…',
      when: () => true,
      run: () =>
        void pickFiles(`${RECORD_ENDING},.gz,application/gzip`, false).then(([file]) => {
          if (file !== undefined) void importRecordFile(app, file)
        }),
    },
    {
      group: 'In this pane',
      scope: 'window',
      screen: 'browse',
      keys: [],
      id: 'copy-link',
      title: 'Copy a link to this place',
      when: () => {
        if (app.router.route.screen !== 'browse') return ''
        return app.pane.place === null ? 'Go to a connection first.' : true
      },
      run: () => void app.copyLink(),
    },
    {
      ...inWindow,
      id: 'show-logs',
      title: 'Show the log files',
      when: () => true,
      run: () => void app.showLogs(),
    },
    // A browser has a menu of its own, which is none of ours.
    ...(app.desktop === undefined
      ? []
      : [
          {
            ...inWindow,
            id: 'open-menu',
            title: 'Open the menu',
            keys: ['F10'],
            when: () => (app.hasMenuButton ? true : 'The menu is at the top of the screen.'),
            run: () => app.openMenu(),
          },
        ]),
  ]
}
