/** Something on the command line is not as it must be. The sentence names the argument and what was given. */
export class UsageError extends Error {}

export const COMMANDS = [
  'copy',
  'move',
  'plan',
  'run',
  'resume',
  'jobs',
  'report',
  'serve',
  'playground',
] as const
export type CommandName = (typeof COMMANDS)[number]

const HEADLINES: Readonly<Record<CommandName, string>> = {
  copy: 'copy objects from one place to another',
  move: 'copy, verify, then delete at the source',
  plan: 'say what copy or move would do; writes nothing to S3',
  run: 'run a job file',
  resume: 'go on with jobs that stopped',
  jobs: 'list the jobs of the data directory',
  report: "write a job's completion report",
  serve: 'show Decant in a browser on this machine',
  playground: 'start the embedded S3 server',
}

const COPY_OPTIONS = `Options:
  --recursive            a SOURCE that does not end in / is a prefix, not one object
  --conflict POLICY      where the key exists: overwrite, skip, if-newer, if-different, fail (skip)
  --verify LEVEL         auto, answer, head, full (auto: answer where the endpoint keeps its word)
  --storage-class CLASS  of the copies; without it each keeps the class of its source
  --concurrency N        requests in flight at most, 1 to 1024

The stores, and the same with --dest- for DEST (--dest-profile ...); both are alike where left out:
  --profile NAME         a profile of the AWS files
  --endpoint-url URL     of a store that is not AWS
  --region REGION
  --path-style           the bucket in the path; the default for an endpoint that is not AWS
Keys come from the profile, from AWS_ACCESS_KEY_ID and its kin, or from wherever the AWS tools find them.`

const COMMON = `  --data-dir DIR         where jobs are kept (DECANT_DATA_DIR, or the platform's place)
  --json                 one line of JSON at the end
  --quiet                no progress, no words`

const EXITS = 'Exit: 0 everything done, 1 some items failed, 2 bad usage, 3 the job failed, 130 interrupted.'

const POUR = (name: 'copy' | 'move'): string => `Usage: decant ${name} SOURCE DEST [options]

  decant ${name} s3://bucket/prefix/ s3://other/place/   everything under the prefix
  decant ${name} s3://bucket/file.txt s3://other/dir/    one object, its name kept
  decant ${name} s3://bucket/file.txt s3://other/new.txt one object, a new name

${COPY_OPTIONS}

${COMMON}

A job that was stopped, in whatever way, goes on with: decant resume JOBID
${EXITS}`

const HELP: Readonly<Record<CommandName, string>> = {
  copy: POUR('copy'),
  move: `${POUR('move')}
A source is deleted only after its copy was verified, and only if it is still the object that was copied.`,
  plan: `Usage: decant plan (copy|move) SOURCE DEST [options]

Prints one line an object (action, size, source key, destination key) and the sums; with --json only the sums.

${COPY_OPTIONS}

${COMMON}`,
  run: `Usage: decant run JOBFILE [options]

JOBFILE is a job as JSON, as "save as job file" writes it; - reads it from standard input.

${COMMON}

${EXITS}`,
  resume: `Usage: decant resume JOBID [options]
       decant resume --all [options]

${COMMON}

${EXITS}`,
  jobs: `Usage: decant jobs [--json] [--data-dir DIR]

Newest first. --json prints one line a job.`,
  report: `Usage: decant report JOBID [--format csv|json] [--out FILE] [--data-dir DIR]

Without --out the file is decant-JOBID.csv (or .json) in the current folder. The CSV has the columns of an
S3 Batch Operations report: Bucket,Key,VersionId,TaskStatus,ErrorCode,HTTPStatusCode,ResultMessage.`,
  serve: `Usage: decant serve [--port N] [--data-dir DIR] [--open]

Prints one line: an address with a token, good for this machine only. --open shows it in a browser.
Keys typed in there are kept in memory only. Ctrl+C stops it; running jobs go on at the next start.`,
  playground: `Usage: decant playground [--port N] [--seed FILE] [--data-dir DIR] [--json]

An S3 server on this machine, with sample buckets to try things on. Prints its endpoint and keys, and runs
until Ctrl+C. Its content is in memory only, unless --data-dir says where to keep it.`,
}

export function generalHelp(): string {
  const lines = COMMANDS.map((name) => `  ${name.padEnd(12)}${HEADLINES[name]}`)
  return `Decant pours objects from one bucket to another without spilling a drop.

Usage: decant COMMAND [options]

${lines.join('\n')}

decant COMMAND --help says more. decant --version prints the version.`
}

export function helpOf(command: CommandName): string {
  return HELP[command]
}

export function isCommand(name: string): name is CommandName {
  return (COMMANDS as readonly string[]).includes(name)
}
