import { toast } from 'svelte-sonner'
import Toast from './Toast.svelte'
import type { StateName } from './state-look.ts'

/** Something that happened, said in passing: what, one line more, and at most one thing to do about it. */
export interface Notice {
  readonly title: string
  readonly text?: string | undefined
  readonly state?: StateName | undefined
  readonly action?: { readonly label: string; readonly onclick: () => void } | undefined
}

const PASSING = 5_000
const WITH_ACTION = 12_000

/** Shows a toast at the lower right. One that can be acted on stays longer; it never holds the only way to do it. */
export function notify(notice: Notice): void {
  toast.custom(Toast, {
    componentProps: { notice },
    duration: notice.action === undefined ? PASSING : WITH_ACTION,
  })
}
