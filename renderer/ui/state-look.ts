import Ban from '@lucide/svelte/icons/ban'
import CalendarClock from '@lucide/svelte/icons/calendar-clock'
import CircleCheck from '@lucide/svelte/icons/circle-check'
import CircleDollarSign from '@lucide/svelte/icons/circle-dollar-sign'
import CircleDot from '@lucide/svelte/icons/circle-dot'
import CircleMinus from '@lucide/svelte/icons/circle-minus'
import CirclePause from '@lucide/svelte/icons/circle-pause'
import Clock from '@lucide/svelte/icons/clock'
import CloudOff from '@lucide/svelte/icons/cloud-off'
import FolderX from '@lucide/svelte/icons/folder-x'
import HardDrive from '@lucide/svelte/icons/hard-drive'
import Key from '@lucide/svelte/icons/key'
import OctagonPause from '@lucide/svelte/icons/octagon-pause'
import OctagonX from '@lucide/svelte/icons/octagon-x'
import Power from '@lucide/svelte/icons/power'
import ShieldCheck from '@lucide/svelte/icons/shield-check'
import Snowflake from '@lucide/svelte/icons/snowflake'
import TriangleAlert from '@lucide/svelte/icons/triangle-alert'
import Unplug from '@lucide/svelte/icons/unplug'
import Undo2 from '@lucide/svelte/icons/undo-2'
import PlanGlyph from './glyphs/PlanGlyph.svelte'
import RunGlyph from './glyphs/RunGlyph.svelte'
import type { Glyph } from './glyph.ts'

export type StateTone = 'neutral' | 'accent' | 'ok' | 'warn' | 'bad' | 'info'

/** The colour of a tone's shapes and words: its token. */
export function toneToken(tone: StateTone): string {
  if (tone === 'neutral') return '--text-2'
  return tone === 'accent' ? '--accent-text' : `--${tone}`
}

/** The same as CSS. */
export function toneColour(tone: StateTone): string {
  return `var(${toneToken(tone)})`
}

/** How a state looks: its shape first, then its word, then its colour. */
export interface StateLook {
  readonly icon: Glyph
  readonly word: string
  readonly tone: StateTone
}

/** Every state that a job, an item, an object or a connection can be shown in. */
export const STATE_LOOKS = {
  queued: { icon: Clock, word: 'Queued', tone: 'neutral' },
  waiting: { icon: Clock, word: 'Waiting', tone: 'neutral' },
  planning: { icon: PlanGlyph, word: 'Planning', tone: 'info' },
  ready: { icon: CircleDot, word: 'Ready', tone: 'info' },
  running: { icon: RunGlyph, word: 'Running', tone: 'accent' },
  verifying: { icon: ShieldCheck, word: 'Verifying', tone: 'accent' },
  paused: { icon: CirclePause, word: 'Paused', tone: 'neutral' },
  offline: { icon: CloudOff, word: 'Offline', tone: 'warn' },
  refused: { icon: OctagonPause, word: 'Refused', tone: 'warn' },
  'sign-in': { icon: Key, word: 'Needs sign-in', tone: 'warn' },
  elsewhere: { icon: Unplug, word: 'Leads elsewhere', tone: 'warn' },
  interrupted: { icon: Power, word: 'Interrupted', tone: 'warn' },
  storage: { icon: HardDrive, word: 'No room on disk', tone: 'warn' },
  folder: { icon: FolderX, word: 'Folder not ready', tone: 'warn' },
  schedule: { icon: CalendarClock, word: 'Scheduled', tone: 'neutral' },
  budget: { icon: CircleDollarSign, word: 'Budget reached', tone: 'warn' },
  restoring: { icon: Snowflake, word: 'Restoring', tone: 'warn' },
  archived: { icon: Snowflake, word: 'Archived', tone: 'info' },
  done: { icon: CircleCheck, word: 'Done', tone: 'ok' },
  'done-with-failures': { icon: TriangleAlert, word: 'Done, some failed', tone: 'warn' },
  skipped: { icon: CircleMinus, word: 'Skipped', tone: 'neutral' },
  failed: { icon: OctagonX, word: 'Failed', tone: 'bad' },
  cancelled: { icon: Ban, word: 'Cancelled', tone: 'neutral' },
  undone: { icon: Undo2, word: 'Taken back', tone: 'neutral' },
} as const satisfies Record<string, StateLook>

export type StateName = keyof typeof STATE_LOOKS
