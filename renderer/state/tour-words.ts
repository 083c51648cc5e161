import {
  TOUR_EDITED,
  TOUR_EDIT_IN,
  TOUR_POURED,
  TOUR_SOURCE,
  TOUR_TARGET,
  type TourHint,
} from './tour-steps.ts'

interface TourWords {
  /** What to do, and why it is worth it. */
  readonly say: string
  /** The keys that do it. */
  readonly keys?: readonly string[]
}

export const TOUR_WORDS: Readonly<Record<TourHint, TourWords>> = {
  browse: { say: 'Back to the two panes: choose Browse in the sidebar.' },
  'open-left': {
    say: `Each pane shows any place of any store. Open ${TOUR_SOURCE.bucket} in the left one: a double click, or Enter.`,
    keys: ['Enter'],
  },
  'open-right': {
    say: `And ${TOUR_TARGET.bucket} in the right one. Tab goes from one pane to the other.`,
    keys: ['Tab', 'Enter'],
  },
  pour: {
    say: `Drag ${TOUR_POURED} from the left pane into the right one, or choose it and press F5. Nothing is copied yet.`,
    keys: ['F5'],
  },
  planning: { say: 'The plan fills in while one reads it. Nothing is written until you start.' },
  'start-copy': {
    say: 'This is the plan: how many objects, what stands in their way, what it takes. Start it.',
    keys: ['Mod+Enter'],
  },
  pause: {
    say: 'The copy runs at the bottom of the window. The playground answers slowly for now, as a store far away does: there is time to press pause.',
  },
  resume: {
    say: 'What is done is written down, object by object. Close the window or pull the plug: nothing is lost. Let it go on.',
  },
  'too-late': { say: 'That copy is over already. Pour once more, and be quicker.' },
  'open-products': {
    say: `Now the metadata of some objects. In the right pane, open ${TOUR_EDIT_IN.prefix.replaceAll('/', ', then ').replace(/, then $/, '')}.`,
    keys: ['Enter'],
  },
  'open-grid': {
    say: `Choose ${TOUR_EDITED} there and edit its metadata: by the menu of the row, or Shift+F4.`,
    keys: ['Shift+F4'],
  },
  'add-rule': {
    say: 'Objects are rows, their headers and tags are columns. Add a rule that sets Cache-Control for all of them.',
  },
  'plan-edit': {
    say: 'New values stand over the old ones, and nothing is written yet. Plan these changes.',
    keys: ['Mod+S'],
  },
  'start-edit': {
    say: 'S3 edits by copying an object onto itself; the plan says how many. Start it.',
    keys: ['Mod+Enter'],
  },
  editing: { say: 'The objects are being edited. What they had before is kept, for the next step.' },
  'show-edit': {
    say: 'Show the edit among the jobs: a finished job says what it did, and can be taken back.',
    keys: ['Mod+J'],
  },
  undo: { say: 'Undo brings the old values back, and leaves what somebody else has changed since.' },
  'start-undo': { say: 'It is planned as any other job. Take it back.' },
  undoing: { say: 'The objects are getting back what they had.' },
  palette: {
    say: 'Everything that was done by mouse is done by keys. The palette goes to any place and runs any command.',
    keys: ['Mod+K'],
  },
  'in-palette': { say: 'Type a part of a name, Enter goes there. Escape closes it.', keys: ['Escape'] },
  keys: { say: 'And all keys stand in one list.', keys: ['?'] },
  'in-keys': { say: 'Each command has its key here. Escape closes the list.', keys: ['Escape'] },
}
