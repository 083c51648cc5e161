import type { Screen } from './router.svelte.ts'

/** Where a command stands in menus, in the palette and in the list of keys. */
export type CommandGroup =
  'With the selection' | 'In this pane' | 'In the metadata grid' | 'Items of a job' | 'Go to' | 'Window'

export interface Command {
  readonly id: string
  /** What it does, as a button would say it. */
  readonly title: string
  readonly group: CommandGroup
  /** Chords that run it; the first is the one that is shown. */
  readonly keys: readonly string[]
  /** `list`: its keys are heard only while a list has the focus, where letters and signs are free. */
  readonly scope: 'list' | 'window'
  /** Its keys are heard on this screen only. */
  readonly screen?: Screen
  /** True, or why it cannot be run now; an empty text where that needs no words. */
  readonly when: () => true | string
  /** Of what is on or off: whether it is on. */
  readonly checked?: () => boolean
  readonly run: () => void
}

/** Everything a person can tell the window to do: menus, palette and keys are drawn from it. */
export class Commands {
  all = $state.raw<readonly Command[]>([])

  /** Adds commands; the returned function takes them away. */
  add(commands: readonly Command[]): () => void {
    this.all = [...this.all, ...commands]
    return () => {
      this.all = this.all.filter((command) => !commands.includes(command))
    }
  }

  get(id: string): Command | undefined {
    return this.all.find((command) => command.id === id)
  }

  /** Those that can be run now. */
  available(): readonly Command[] {
    return this.all.filter((command) => command.when() === true)
  }

  /** Runs it if it can be run. */
  run(id: string): boolean {
    const command = this.get(id)
    if (command === undefined || command.when() !== true) return false
    command.run()
    return true
  }

  /** The command of a chord, whether or not it can be run now. Where text is typed, bare signs are text. */
  forChord(
    chord: string,
    focus: 'list' | 'text' | 'elsewhere',
    screen: Screen = 'browse',
  ): Command | undefined {
    const heard = (command: Command): boolean => {
      if (command.screen !== undefined && command.screen !== screen) return false
      if (command.scope === 'list') return focus === 'list'
      return focus !== 'text' || /^(Mod\+|F\d)/.test(chord)
    }
    return this.all.find((command) => command.keys.includes(chord) && heard(command))
  }
}

/** Why a command cannot be run, where its own answer needs no words in a menu. */
const SILENT: Readonly<Record<CommandGroup, string>> = {
  'With the selection': 'It does not apply to what is chosen.',
  'In this pane': 'It does not apply to this pane now.',
  'In the metadata grid': 'It is done in the metadata grid.',
  'Items of a job': 'It is done among the items of a job.',
  'Go to': 'There is nothing to go to.',
  Window: 'There is no use for it now.',
}
const ELSEWHERE: Readonly<Partial<Record<Screen, string>>> = {
  browse: 'It is done in Browse.',
  metadata: 'It is done in the metadata grid.',
}

/** A sentence why it cannot be run now; undefined where it can. */
export function whyNot({ when, screen, group, checked }: Command, shown: Screen): string | undefined {
  const can = when()
  if (can === true) return undefined
  if (can !== '') return can
  if (group === 'Go to' && checked?.() === true) return 'It is shown already.'
  return (screen !== undefined && screen !== shown ? ELSEWHERE[screen] : undefined) ?? SILENT[group]
}
