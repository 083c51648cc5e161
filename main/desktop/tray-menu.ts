import type { JobsAtWork } from '#contract/host.ts'

/** A line of the tray's menu; `-` is a line between. */
export type TrayEntry = '-' | { readonly label: string; readonly enabled: boolean; readonly act: TrayAct }
export type TrayAct =
  | { readonly is: 'show' }
  | { readonly is: 'show-job'; readonly id: string }
  | { readonly is: 'pause-all' }
  | { readonly is: 'resume-all' }
  | { readonly is: 'quit' }

const LONGEST = 60

/** Pure: what can be done while the window is away. */
export function trayEntries({ running, paused, jobs }: JobsAtWork): TrayEntry[] {
  const named = jobs.map(({ id, title, state, fraction }): TrayEntry => ({
    label: `${shortened(title)}: ${state === 'paused' ? 'paused' : percent(fraction)}`,
    enabled: true,
    act: { is: 'show-job', id },
  }))
  const more = running + paused - jobs.length
  if (more > 0) named.push({ label: `and ${more} more`, enabled: true, act: { is: 'show' } })
  return [
    { label: 'Open Decant', enabled: true, act: { is: 'show' } },
    '-',
    ...(named.length > 0 ? [...named, '-' as const] : []),
    { label: 'Pause all', enabled: running > 0, act: { is: 'pause-all' } },
    { label: 'Resume all', enabled: paused > 0, act: { is: 'resume-all' } },
    '-',
    { label: 'Quit', enabled: true, act: { is: 'quit' } },
  ]
}

/** Pure: the state in words. */
export function trayTip({ running, paused, fraction }: JobsAtWork): string {
  const said = [
    running > 0 && `${running === 1 ? 'one job runs' : `${running} jobs run`}, ${percent(fraction)}`,
    paused > 0 && `${paused === 1 ? 'one is' : `${paused} are`} paused`,
  ].filter((part) => part !== false)
  return `Decant: ${said.length === 0 ? 'nothing runs' : said.join('; ')}`
}

function percent(fraction: number | undefined): string {
  return fraction === undefined ? 'still listing' : `${Math.floor(fraction * 100)} %`
}

/** Its middle goes: the end names the bucket. */
function shortened(title: string): string {
  if (title.length <= LONGEST) return title
  return `${title.slice(0, LONGEST / 2)}…${title.slice(-LONGEST / 2 + 1)}`
}
