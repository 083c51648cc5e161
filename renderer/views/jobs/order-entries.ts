import CalendarClock from '@lucide/svelte/icons/calendar-clock'
import CopyPlus from '@lucide/svelte/icons/copy-plus'
import LayoutTemplate from '@lucide/svelte/icons/layout-template'
import Play from '@lucide/svelte/icons/play'
import { isFinished, type JobSnapshot } from '#model/job.ts'
import { PRIORITY_CHOICES } from '../../components/priority.ts'
import type { App } from '../../state/app.svelte.ts'
import type { MenuEntry } from '../../ui/menu.ts'

/** When a job runs, and before whom: what its state has. */
export function orderEntries(app: App, job: JobSnapshot): MenuEntry[] {
  const { orders } = app
  const { status, queuePlace } = job
  if (isFinished(status)) return []
  const scheduled = status.is === 'paused' && status.reason === 'schedule'
  const item = { kind: 'item' } as const
  const last = orders.line.length
  return [
    ...(queuePlace === undefined
      ? []
      : [
          {
            ...item,
            label: 'Start before all others',
            icon: Play,
            disabled: queuePlace === 1,
            reason: 'It is next already.',
            onselect: () => void app.jobs.start(job.id),
          },
          {
            ...item,
            label: 'Move up',
            keys: 'Alt+ArrowUp',
            disabled: queuePlace === 1,
            reason: 'It is next already.',
            onselect: () => void orders.step(job.id, -1),
          },
          {
            ...item,
            label: 'Move down',
            keys: 'Alt+ArrowDown',
            disabled: queuePlace === last,
            reason: 'It is the last already.',
            onselect: () => void orders.step(job.id, 1),
          },
        ]),
    ...(status.is === 'running' || status.is === 'planning'
      ? []
      : [
          {
            ...item,
            label: scheduled ? 'Change its time…' : 'Start at…',
            icon: CalendarClock,
            onselect: () => orders.askMoment(job),
          },
        ]),
    ...(scheduled
      ? [
          {
            ...item,
            label: 'Start now',
            icon: Play,
            onselect: () => void orders.schedule(job.id, null),
          },
        ]
      : []),
    { kind: 'heading', label: 'Priority' },
    ...PRIORITY_CHOICES.map(({ value, word }) => ({
      kind: 'check' as const,
      label: `${word} (${value})`,
      checked: job.priority === value,
      onchange: () => void orders.setPriority(job.id, value),
    })),
  ]
}

/** A job of the same spec once more. */
export function againEntries({ orders }: App, job: JobSnapshot): MenuEntry[] {
  return [
    {
      kind: 'item',
      label: 'Clone…',
      icon: CopyPlus,
      disabled: job.kind === 'undo',
      reason: 'What was taken back is not taken back twice.',
      onselect: () => void orders.clone(job),
    },
    {
      kind: 'item',
      label: 'Save as template…',
      icon: LayoutTemplate,
      disabled: job.kind === 'undo',
      reason: 'An undo takes back one job alone.',
      onselect: () => void orders.askName(job.id, job.title),
    },
  ]
}
