import { AFTER, COMMON, WHEN, BUDGET, EXITS, AGAIN } from './options.ts'

/** The pages of what is done with jobs. */
export const JOBS_HELP = {
  plan: `Usage: decant plan (copy|move|edit|delete|parity) PLACES... [options]
       decant plan (purge|rewind|undelete|restore-version) SOURCE... [options]
       decant plan undo JOBID [options]

The arguments of that command. Prints one line an object (action, size, source key, destination key), the sums,
the requests that it would send, how long that takes by the pace of the last jobs like it, and what it would cost by the
dated price file, each where it is known; with --json all but the lines. Writes nothing to S3.

  --only WARNING         the lines of these objects alone: overwrites, exists, for-good, archived, large, refused
  --out FILE             the lines as CSV into a file instead, for people: an apostrophe stands before what a spreadsheet
                         would take for a formula; - for standard output, for programs: every cell exactly
  --save                 the plan is kept as a job, whose id is printed; decant start JOBID carries it out

${COMMON}`,
  run: `Usage: decant run JOBFILE [options]
       decant run --template NAME [options]

JOBFILE is a job as JSON, as "save as job file" writes it; - reads it from standard input.
A template is one of decant templates.

${WHEN}

${BUDGET}
${COMMON}

${EXITS}`,
  start: `Usage: decant start JOBID [--now] [options]

Carries out a plan that decant plan --save or the window kept, and waits until it is done. One that was made more than
five minutes ago is looked at anew first, and what changed since is planned again.

  --now                  before all that wait

${COMMON}

${AGAIN}
${EXITS}`,
  resume: `Usage: decant resume JOBID [options]
       decant resume --all [options]

${BUDGET}
${COMMON}

${EXITS}`,
  retry: `Usage: decant retry JOBID [options]

  --code CODE            only what failed so: access-denied, archived, customer-key, ...; a job that ends with failures
                         tells the code of each cause in brackets
  --s3-code TEXT         and of those only what S3 called so: AccessDenied, or "AccessDenied s3:PutObject"
  --restore TIER:DAYS    archived objects are restored first (Expedited, Standard, Bulk), and waited for
  --customer-key NAME    a key of the key ring that is tried first for this job from now on; repeatable
  --sse-c-key-file NAME=FILE   puts a key (32 bytes, base64 or hexadecimal) into this job's key ring, and tries it first

Tries just these, each looked at afresh. What the plan as a whole refused (a name that two objects would have) is not
tried again.

${COMMON}

${EXITS}`,
  leave: `Usage: decant leave JOBID --code CODE [--s3-code TEXT] [options]

The failed items of that cause are left as they are: skipped from now on, in the report too, which says why they had
failed. A job all of whose failures are left is done.

${COMMON}

${EXITS}`,
  undo: `Usage: decant undo JOBID [options]

  decant plan undo JOBID   says what would be done

Takes back what a job did, object by object. A copy, upload or download: what it made is deleted for good, by its version
or bound to its ETag, and what it wrote over comes back from under it, or from its backup (--backup). Its source is looked
at right before: where that is gone, or was written anew, the copy may be the only one left, and is kept and named. A move:
each source is back and looked at before its copy goes. A deletion: its delete markers go. An edit: the version that it made
goes, or the values that stood there before are written again. What was written or deleted since is named and left, and so is
what nothing was kept of. The job must still be there: what it remembers goes with it.

  --last-copies keep|delete    of a copy: what becomes of what may be the only copy left (keep); delete asks no source

  --sse-c-key-file NAME=FILE   puts a key (32 bytes, base64 or hexadecimal) into this job's key ring

${AFTER}

${BUDGET}
${COMMON}

${AGAIN}
${EXITS}`,
  jobs: `Usage: decant jobs [--json] [--data-dir DIR]
       decant jobs --import FILE

Newest first. --json prints one line a job. --import reads a record that decant record wrote, here or elsewhere, and
prints the job's id: it can be looked at and reported on, and is neither run nor taken back here.`,
  queue: `Usage: decant queue JOBID [--before JOBID|--last|--at TIME|--now] [--priority N] [options]

Jobs that wait run by priority (higher first), then by their order. A job that is moved takes the priority of the one
before which it stands, where its own does not fit there. That of a job that runs counts when it waits again.

  --before JOBID         right before that one, which waits as well
  --last                 after all that wait
  --priority N           0 to 100 (high 75, normal 50, low 25)
  --at TIME              starts by itself at 22:30, the next such moment, or at 2026-03-01T22:30, by this machine's clock
                         unless a zone is given
  --now                  before all that wait, without a time

${COMMON}`,
  templates: `Usage: decant templates [options]
       decant templates --save NAME JOBID
       decant templates --remove NAME

A template is what a job was asked to do, under a name, without any secret; decant run --template NAME makes a job of it.
One of the same name is replaced.

${COMMON}`,
  report: `Usage: decant report JOBID [--format csv|json|html|manifest] [--out FILE] [--data-dir DIR]

Without --out the file is decant-JOBID.csv (or .json, .html) in the current folder; - is standard output. The CSV has
the columns of an S3 Batch Operations report: Bucket,Key,VersionId,TaskStatus,ErrorCode,HTTPStatusCode,ResultMessage.
The page needs nothing but itself: no script, no file beside it. No cell of the CSV is a formula to a spreadsheet; keys
and failed rows are the same when it is read again. A manifest names what failed: Bucket,Key[,VersionId] of S3 Batch
Operations, to be given to --manifest again.`,
  record: `Usage: decant record JOBID [--out FILE] [--data-dir DIR]

Of a job that is over: what was asked for, its plan, what became of each object, its log. No secret is in it. Without
--out the file is decant-JOBID.decant-record.gz in the current folder. decant jobs --import FILE reads it elsewhere.`,
}
