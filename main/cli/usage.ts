import { JOBS_HELP } from './help/jobs.ts'
import { PLACES_HELP } from './help/places.ts'
import { WORK_HELP } from './help/work.ts'

/** Something on the command line is not as it must be. The sentence names the argument and what was given. */
export class UsageError extends Error {}

export const COMMANDS = [
  'copy',
  'move',
  'edit',
  'delete',
  'parity',
  'purge',
  'rewind',
  'undelete',
  'restore-version',
  'plan',
  'run',
  'start',
  'resume',
  'retry',
  'leave',
  'undo',
  'usage',
  'uploads',
  'manifest',
  'presign',
  'jobs',
  'queue',
  'templates',
  'report',
  'record',
  'serve',
  'login',
  'playground',
] as const
export type CommandName = (typeof COMMANDS)[number]

const HEADLINES: Readonly<Record<CommandName, string>> = {
  copy: 'copy objects from one place to another',
  move: 'copy, verify, then delete at the source',
  edit: 'change objects where they are: headers, metadata, tags, class, encryption, lock, ACL',
  delete: 'delete objects: under a prefix, or those that a manifest names',
  parity: 'compare two places and name every difference',
  purge: 'delete old versions for good, by age and number',
  rewind: 'bring keys back to what they were at a time',
  undelete: 'remove the delete markers that hide objects',
  'restore-version': 'copy one version of an object on top of it',
  plan: 'say what any of these, or undo, would do, and what it costs; writes nothing to S3',
  run: 'run a job file',
  start: 'carry out a plan that was saved',
  resume: 'go on with jobs that stopped',
  retry: 'try failed items again: all, or those of one cause',
  leave: 'skip the failed items of one cause, and call the job done without them',
  undo: 'take back what a copy, a move, a deletion or an edit did',
  usage: 'count what lies below a prefix, by class',
  uploads: 'find uploads that nobody finished, and abort them',
  manifest: 'list objects into a manifest of S3 Batch Operations',
  presign: 'print a link by which anybody reads one object for a while',
  jobs: 'list the jobs of the data directory',
  queue: 'put a waiting job elsewhere in the queue, or give it a priority or a time',
  templates: 'list, save and remove templates of jobs',
  report: "write a job's completion report",
  record: 'write everything that is known of a job into one file',
  serve: 'show Decant in a browser on this machine',
  login: 'sign in by the browser (AWS IAM Identity Center)',
  playground: 'start the embedded S3 server',
}

const HELP: Readonly<Record<CommandName, string>> = { ...WORK_HELP, ...JOBS_HELP, ...PLACES_HELP }

export function generalHelp(): string {
  const lines = COMMANDS.map((name) => `  ${name.padEnd(17)}${HEADLINES[name]}`)
  return `Decant pours objects from one bucket to another without spilling a drop.

Usage: decant COMMAND [options]

${lines.join('\n')}

decant COMMAND --help says more. decant --version prints the version.`
}

export function helpOf(command: CommandName): string {
  return HELP[command]
}

/** What other tools call it, and where it is here. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  cp: 'decant copy does that',
  mv: 'decant move does that',
  rm: 'decant delete does that',
  sync: 'decant copy does that; with --mirror it also deletes what the source has not',
  ls: 'decant usage counts what lies below a prefix, decant manifest lists it',
  du: 'decant usage does that',
  check: 'decant parity does that',
  diff: 'decant parity does that',
}

export function noCommand(name: string): string {
  const here = Object.hasOwn(ELSEWHERE, name) ? ` ${ELSEWHERE[name]}.` : ''
  return `"${name}" is no command.${here} decant --help lists them.`
}

export function isCommand(name: string): name is CommandName {
  return (COMMANDS as readonly string[]).includes(name)
}
