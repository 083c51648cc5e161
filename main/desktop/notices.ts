import { Notification } from 'electron'
import type { JobNotice, NoticeAction } from '#contract/host.ts'

const LABELS: Readonly<Record<NoticeAction, string>> = {
  show: 'Show',
  retry: 'Retry what failed',
  undo: 'Undo…',
  'sign-in': 'Sign in',
}
/** Held until they are gone: one that is collected can no longer be clicked. */
const MOST = 20

/** Notices of the system. Buttons are there where the system shows them; a click on the notice is the first of them. */
export function openNotices(act: (jobId: string, action: NoticeAction) => void): (notice: JobNotice) => void {
  const held = new Set<Notification>()
  return ({ title, body, jobId, actions }) => {
    if (!Notification.isSupported()) return
    const notification = new Notification({
      title,
      body,
      actions: actions.map((action) => ({ type: 'button', text: LABELS[action] })),
    })
    const drop = (): void => void held.delete(notification)
    notification.on('click', () => {
      drop()
      act(jobId, actions[0])
    })
    notification.on('action', (_event, index) => {
      drop()
      const action = actions[index]
      if (action !== undefined) act(jobId, action)
    })
    notification.on('close', drop)
    held.add(notification)
    const [oldest] = held
    if (held.size > MOST && oldest !== undefined) held.delete(oldest)
    notification.show()
  }
}
