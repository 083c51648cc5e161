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

const KEYS = `Which objects:
  --recursive            a SOURCE that does not end in / is a prefix, not one object
  --include GLOB, --exclude GLOB, --include-regex RE, --exclude-regex RE       on the whole key; repeatable
                         in a glob: * within a name, ** over slashes, ?, [abc], {a,b}
  --min-size N, --max-size N             bytes, or 10M, 1.5GiB
  --modified-from TIME, --modified-before TIME     2026-03-01 or 2026-03-01T12:00Z
  --class CLASS          of these storage classes; repeatable
  --encryption KIND, --with-tag K[=V], --with-meta K[=V]    repeatable; cost a request an object`

const WHICH = `${KEYS}
  --versions WHICH       current, all (the whole history, oldest first, with its delete markers), or a time
  --version-id ID        this version of one object
  --version-state STATE  of a history only: current, noncurrent, delete-marker
  --restore TIER:DAYS    archived objects are restored first (Expedited, Standard, Bulk), and waited for`

const FROM_MANIFEST = `Keys from a manifest:
  --manifest FILE        instead of a listing: a file, s3://bucket/key, or - for standard input. SOURCE may be left out; where
                         it is there, only what it selects is meant. Rows that make no sense are named, and the others run
  --manifest-format F    batch (Bucket,Key[,VersionId], URL-encoded), report (what failed), decant (a heading of bucket, key,
                         version-id, target-bucket, target-key and FIELDs), inventory (manifest.json); without, by its looks
  --look plan|send       when its objects are looked at: for the plan, or each right before it is sent (plan)`

const PROPERTIES = (defaults: string): string => `Properties (${defaults}):
  --set HEADER=VALUE, --remove HEADER        content-type, cache-control, content-disposition, content-encoding,
                         content-language, expires; repeatable. --headers copy|drop for all of them
  --set-meta K=V, --remove-meta K, --metadata copy|drop
  --tag K=V, --untag K, --tags copy|drop     with drop, what is set is all that there is
  --storage-class CLASS
  --sse KIND             SSE-S3, SSE-KMS, DSSE-KMS, SSE-C, copy, or default (the bucket's)
    --sse-kms-key-id ARN --sse-kms-context K=V --sse-bucket-key
    --sse-c-key NAME     the key ring's key to write with; --sse-c-source-key NAME to read with, repeatable
    --sse-c-key-file NAME=FILE   puts a key (32 bytes, base64 or hexadecimal) into this job's key ring
  --acl copy|drop|CANNED, or --grant READ=id:CANONICAL (email:…, uri:…; FULL_CONTROL, READ_ACP, …)
  --lock MODE=TIME       GOVERNANCE or COMPLIANCE, until then; copy, drop
  --legal-hold ON|OFF|copy|drop
  --redirect URL|copy|drop, --checksum ALGORITHM|copy|drop, --annotations copy|drop
  --rule 'GLOB => storage-class=GLACIER_IR; tag=kind=log'    for the keys of a glob; repeatable, later over earlier
  --verify LEVEL         auto, answer, head, full (auto: answer where the endpoint keeps its word)`

const FIELDS = `Values of each object's own (FIELD: a header as above, website-redirect, storage-class, x-amz-meta-NAME, tag:KEY):
  --type-from-extension  Content-Type by the key's extension; --type-from-content by the first bytes (a request an object)
  --replace FIELD=s/RE/TEXT/     every match in the value; $1, $<name>; any mark in the place of the slash
  --from-key FIELD=s/RE/TEXT/    TEXT, filled from the first match in the key
  --copy-field 'FROM=>TO', --rename 'FROM=>TO'     --rename for metadata and tags
  --from-modified FIELD=DAYS     the day it was last modified, and so many days: an HTTP date for expires, else ISO 8601
  --where-key GLOB|/RE/, --where-value missing|present|VALUE|/RE/      for the option right before: only where the key,
                         or the value that stands in the field, is so (=VALUE for a value of these words)
  They run in the order given, --set, --tag and their kin among them, each over what the one before left.`

const TABLES = `Values from a table:
  --csv FILE             a heading of key and FIELDs, a line an object; nothing is changed unless every line fits
  --export-csv FILE      writes that table of what stands (a HEAD an object), and changes nothing
  In a cell: nothing leaves the value, (none) takes it away, (empty) makes it empty; \\(none) is that text. The columns
  etag, size and last-modified may be there: a line whose etag is not the object's any more does not fit.`

const AFTER = `When it is done:
  --report-to PLACE      its report goes there by itself: s3://bucket/prefix/ (through the store of DEST) or a folder;
                         --report csv|json|html, repeatable
  --webhook NAME         a webhook of the settings is told of the end, and of pauses that need somebody; its URL may be
                         given in DECANT_WEBHOOK_URL`

const NAMES = `Names and places:
  --also-to DEST         another destination; repeatable
  --name-prefix FROM=>TO, --name-replace RE=>TEXT ($1, $<name>), --name-case lower|upper, --name-flatten SEP,
  --name-template TEXT   {key} {dir} {name} {stem} {ext} {yyyy} {mm} {dd} {hh} {min} {ss}
                         rules for what follows the source's prefix, applied in the order given`

const STORES = `The stores:
  --profile NAME         a profile of the AWS files
  --endpoint-url URL     of a store that is not AWS
  --region REGION
  --role-arn ARN         a role to take with these keys; --external-id ID, --role-session-name NAME, --mfa-serial SERIAL:
                         the code that the device shows is asked for
  --path-style           the bucket in the path; the default for an endpoint that is not AWS
  --no-sign-request      without keys: public buckets. DEST is signed for all the same, unless --dest-no-sign-request
  --owner ACCOUNT        the account id that must own the bucket
  --requester-pays
  --concurrency N        requests in flight at most, 1 to 1024
Keys come from the profile, from AWS_ACCESS_KEY_ID and its kin, or from wherever the AWS tools find them: SSO (decant
login), a role, a process, a container's or an instance's role.`

/** Of a command that sends few requests. */
const ONE_STORE = STORES.split('\n')
  .filter((line) => !line.includes('--concurrency'))
  .join('\n')

const TWO_STORES = `${STORES}
The same with --dest- for DEST (--dest-profile ...); both sides are alike where that is left out.`

const COMMON = `  --data-dir DIR         where jobs are kept (DECANT_DATA_DIR, or the platform's place)
  --ca-bundle FILE       certificate authorities to trust besides the well-known ones, PEM (AWS_CA_BUNDLE); the proxy is
                         HTTPS_PROXY, HTTP_PROXY and NO_PROXY, or what the settings of the data directory say
  --json                 one line of JSON at the end
  --quiet                no progress, no words`

const WHEN = `  --priority N           0 to 100, higher goes first (high 75, normal 50, low 25)
  --start-at TIME        22:30 (the next such moment) or 2026-03-01T22:30, by this machine's clock unless a zone is given;
                         the command waits until then, or leaves it to the process that has the data directory`

const BUDGET = `  --max-requests N       pauses before it sends more than N requests, of all its runs, the plan's too
  --budget-usd X         pauses before it costs more than X US dollars, by the price file`

const EXITS =
  'Exit: 0 everything done, 1 some items failed, 2 bad usage, 3 the job failed or waits for somebody, 130 interrupted.'

const AGAIN = `A job that was stopped, in whatever way, goes on with: decant resume JOBID`

const FILES = (name: 'copy' | 'move' | 'parity'): string => `
  decant ${name} ./photos/ s3://bucket/photos/           files of this computer: what is in the folder
  decant ${name} ./photos s3://bucket/ --recursive       the folder with its name: photos/...
  decant ${name} *.jpg s3://bucket/photos/               some files
  decant ${name} s3://bucket/photos/ ./photos/           into a folder of this computer, made where it is not there
  decant ${name} s3://bucket/file.txt .                  one object into the folder that you are in

Of SOURCE and DEST one may be on this computer: a path, or file:///folder/file. An uploaded file gets its Content-Type by
the extension of its name, where --set says no other.`

const POUR = (name: 'copy' | 'move'): string => `Usage: decant ${name} SOURCE... DEST [options]

  decant ${name} s3://bucket/prefix/ s3://other/place/   everything under the prefix
  decant ${name} s3://bucket/file.txt s3://other/dir/    one object, its name kept
  decant ${name} s3://bucket/file.txt s3://other/new.txt one object, a new name
${FILES(name)}

Options:
  --conflict POLICY      where the key exists: overwrite, skip, if-newer, if-different, fail (skip; of a mirror, if-different)
  --backup PREFIX        what is written over is copied below PREFIX of its bucket first, where no versions are kept, so
                         that undo can bring it back
  --part-layout same     large objects keep the parts of their source, and so their ETag
${name === 'copy' ? '  --mirror               deletes at DEST what has no SOURCE; asks first, or wants --yes; a SOURCE without any\n                         object is refused\n' : ''}
${WHICH}

${FROM_MANIFEST}

${PROPERTIES(name === 'copy' ? 'without: headers, metadata, tags and class are copied' : 'without: headers, metadata, tags, class and redirect are copied')}

${NAMES}

${TWO_STORES}

${AFTER}

${WHEN}

${BUDGET}
${COMMON}

${AGAIN}
${EXITS}`

const HELP: Readonly<Record<CommandName, string>> = {
  copy: POUR('copy'),
  move: `${POUR('move')}
A source is deleted only after its copy was verified, and only if it is still the object that was copied.`,
  edit: `Usage: decant edit SOURCE... [options]

  decant edit s3://bucket/site/ --set cache-control=no-cache --include '**.html'
  decant edit s3://bucket/ --sse SSE-KMS --sse-kms-key-id ARN
  decant edit s3://bucket/ --type-from-extension --where-value binary/octet-stream
  decant edit s3://bucket/ --from-key 'tag:year=s/(20\\d\\d)/$1/' --rename 'x-amz-meta-ower=>x-amz-meta-owner'

  decant edit s3://bucket/site/ --export-csv site.csv      then, after you changed it: ... --csv site.csv

Each object is changed where it is; everything that is not named is kept. What can be done without a copy (tags, ACL,
lock, encryption under KMS) is done without; anything else is a copy onto itself, a new version in a versioned bucket.

${WHICH}

${FROM_MANIFEST}

${PROPERTIES('without: kept')}

${FIELDS}

${TABLES}

${STORES}

${AFTER}

${WHEN}

${BUDGET}
${COMMON}

${AGAIN}
${EXITS}`,
  delete: `Usage: decant delete SOURCE... [options]
       decant delete --manifest FILE [options]

  decant delete s3://bucket/old/ --include '**.tmp'
  decant delete --manifest outdated.csv

Deletes objects, each only as long as it is the one that was planned: by a delete marker where the bucket keeps versions,
for good where it does not; a version that is named by its id, for good. Asks first, or wants --yes.

${WHICH}

${FROM_MANIFEST}

${STORES}

${COMMON}

${AGAIN}
${EXITS}`,
  parity: `Usage: decant parity SOURCE... DEST [options]

  decant parity s3://bucket/prefix/ s3://other/place/ --compare full
${FILES('parity')}

Writes nothing. Every object that is missing, extra or different is a failed item that names the property; its report
(decant report JOBID) is a manifest of them. Exit 0: equal; 1: there are differences.

  --compare LEVEL        listing (size, ETag), head (headers, metadata, class, encryption; the default), full (tags,
                         ACL and lock as well); of files, sizes and bytes

${WHICH}

${FROM_MANIFEST}

${NAMES}

${TWO_STORES}

${WHEN}

${BUDGET}
${COMMON}

${EXITS}`,
  purge: `Usage: decant purge SOURCE... [options]

  decant purge s3://bucket/logs/ --older-than 30d --keep 3
  decant purge s3://bucket/ --older-than 90d --lone-markers --yes
  decant plan purge s3://bucket/ --keep 0     says what would go, and how many bytes that frees

Deletes old versions for good: those that are no longer current. What is current stays, and so does what has become
current by the time its turn comes; what is under a lock or a legal hold is named. Asks first, or wants --yes.

  --older-than DAYS      so long no longer current: since a newer version took its place, by the server's clock
  --keep N               the N newest old versions of each key stay (delete markers do not count)
  --lone-markers         delete markers under which nothing is left go, too
Where both are given, both must hold.

${KEYS}
  --version-state STATE  noncurrent, delete-marker

${STORES}

${AFTER}

${WHEN}

${BUDGET}
${COMMON}

${AGAIN}
${EXITS}`,
  rewind: `Usage: decant rewind SOURCE... --to TIME [options]

  decant rewind s3://bucket/site/ --to 2026-03-01T12:00Z
  decant plan rewind s3://bucket/site/ --to 2026-03-01   says what would be done

Brings each key back to what it was at TIME, in a bucket that keeps versions. Nothing is lost: the version of then is
copied on top, with everything that it carries; where only delete markers are above it, these are removed. Keys that
changed since the plan was made are named and left.

  --to TIME              2026-03-01 or 2026-03-01T12:00Z
  --delete-later         what was not there then is deleted, by a delete marker; asks first, or wants --yes
  --restore TIER:DAYS    archived versions are restored first (Expedited, Standard, Bulk), and waited for
  --verify LEVEL         auto, answer, head, full (auto: answer where the endpoint keeps its word)

${KEYS}

${STORES}

${AFTER}

${WHEN}

${BUDGET}
${COMMON}

${AGAIN}
${EXITS}`,
  undelete: `Usage: decant undelete SOURCE... [options]

  decant undelete s3://bucket/reports/ --include '**.csv'

Removes the delete markers on top of deleted objects, so that what was there before is current again. Keys of which no
version is left stay as they are.

${KEYS}

${STORES}

${AFTER}

${WHEN}

${BUDGET}
${COMMON}

${AGAIN}
${EXITS}`,
  'restore-version': `Usage: decant restore-version SOURCE --version-id ID [options]

  decant restore-version s3://bucket/file.txt --version-id 3sL4kqtJlcpXroDTDmJ.rmSpXd3dIbrHY

Copies that version on top of its own key, with everything that it carries: headers, metadata, tags, class, encryption,
lock and ACL. In a bucket that keeps versions nothing is lost. Of the version that is current already nothing is done.

  --restore TIER:DAYS    an archived version is restored first (Expedited, Standard, Bulk), and waited for
  --sse-c-source-key NAME, --sse-c-key-file NAME=FILE    the customer key that it lies under

${STORES}

${AFTER}

${WHEN}

${BUDGET}
${COMMON}

${AGAIN}
${EXITS}`,
  plan: `Usage: decant plan (copy|move|edit|delete|parity) PLACES... [options]
       decant plan (purge|rewind|undelete|restore-version) SOURCE... [options]
       decant plan undo JOBID [options]

The arguments of that command. Prints one line an object (action, size, source key, destination key), the sums,
the requests that it would send, how long that takes by the pace of the last jobs like it, and what it would cost by the
dated price file, each where it is known; with --json all but the lines. Writes nothing to S3.

  --only WARNING         the lines of these objects alone: overwrites, exists, for-good, archived, large, refused
  --out FILE             the lines as CSV into a file instead; - for standard output
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

  --code CODE            only what failed so: access-denied, archived, customer-key, ...
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
or bound to its ETag, and what it wrote over comes back from under it, or from its backup (--backup). A move: each source
is back and looked at before its copy goes. A deletion: its delete markers go. An edit: the version that it made goes, or
the values that stood there before are written again. What was written or deleted since is named and left, and so is what
nothing was kept of. The job must still be there: what it remembers goes with it.

  --sse-c-key-file NAME=FILE   puts a key (32 bytes, base64 or hexadecimal) into this job's key ring

${AFTER}

${BUDGET}
${COMMON}

${AGAIN}
${EXITS}`,
  usage: `Usage: decant usage s3://bucket/prefix/ [--versions] [--uploads] [--json] [options]

  --versions             older versions and delete markers as well
  --uploads              unfinished uploads as well, and the bytes of their parts: a request for each
${ONE_STORE}
${COMMON}

Lists everything below the prefix and adds it up; writes nothing. Ctrl+C stops it and says what was counted so far.
--json: {"bucket","prefix","state","classes":[{"storageClass","objects","bytes","olderVersions","olderBytes"}],
"objects","bytes","olderVersions","olderBytes","deleteMarkers","uploads"?,"uploadBytes"?,"requests","seconds"}.
Exit: 0 counted, 2 bad usage, 3 failed, 130 interrupted.`,
  uploads: `Usage: decant uploads s3://bucket/prefix/ [--older-than DAYS] [--abort [--yes]] [--json] [options]

  --older-than 7d        only those that were begun so long ago
  --abort                deletes the parts that were sent so far, after asking; needs --older-than (0d: all of them)
  --yes                  does not ask
${ONE_STORE}
${COMMON}

One line each: when it was begun, the bytes of its parts, who began it, the key. Those that a job of Decant goes on with
are named and left. --json prints one line each, and one for what was aborted.
Exit: 0 done, 1 some could not be aborted, 2 bad usage, 3 failed, 130 interrupted.`,
  manifest: `Usage: decant manifest s3://bucket/prefix/ [--out FILE] [--versions] [--json] [options]

  --out FILE             bucket.manifest.csv in the current folder, without
  --versions             every version by its id, but for delete markers
${ONE_STORE}
${COMMON}

Lists what lies below the prefix into a manifest of S3 Batch Operations: Bucket,Key[,VersionId], keys URL-encoded. Such a
file is taken by --manifest of decant copy, move, edit, delete and parity.`,
  presign: `Usage: decant presign s3://bucket/key [--expires 1h] [--download] [--version-id ID] [options]

  --expires TIME         90s, 30m, 12h, 7d: 7 days at most, and never longer than temporary keys last
  --download             whoever opens it is asked to save it under its name
  --version-id ID        this version of it
${ONE_STORE}
${COMMON}

Prints the link, and nothing else, on stdout. Decant keeps it nowhere. Whoever has it reads the object until it runs out.`,
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

Without --out the file is decant-JOBID.csv (or .json, .html) in the current folder. The CSV has the columns of an
S3 Batch Operations report: Bucket,Key,VersionId,TaskStatus,ErrorCode,HTTPStatusCode,ResultMessage. The page needs
nothing but itself: no script, no file beside it. A manifest names what failed: Bucket,Key[,VersionId] of S3 Batch
Operations, to be given to --manifest again.`,
  record: `Usage: decant record JOBID [--out FILE] [--data-dir DIR]

Of a job that is over: what was asked for, its plan, what became of each object, its log. No secret is in it. Without
--out the file is decant-JOBID.decant-record.gz in the current folder. decant jobs --import FILE reads it elsewhere.`,
  serve: `Usage: decant serve [--port N] [--data-dir DIR] [--folder DIR]… [--open]

Prints one line: an address with a token, good for this machine only. --open shows it in a browser.
Files are sent from the browser and fetched by it; --folder names a folder of this machine that jobs of the page may
read and write as well, and can be given several times.
Keys typed in there are kept in memory only. Ctrl+C stops it; running jobs go on at the next start.`,
  login: `Usage: decant login [--profile NAME | --sso-start-url URL --sso-region REGION]

Prints a page and a code, and waits until somebody has confirmed the code there. The token lies where aws sso login puts
it: a running Decant finds it, and what waited for it goes on. Without options, the profile AWS_PROFILE or default.

  --json                 one line of JSON at the end
  --quiet                no words but the page and the code`,
  playground: `Usage: decant playground [--port N] [--seed FILE] [--data-dir DIR] [--json]

An S3 server on this machine, with sample buckets to try things on. Prints its endpoint and keys, and runs
until Ctrl+C. Its content is in memory only, unless --data-dir says where to keep it.`,
}

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

export function isCommand(name: string): name is CommandName {
  return (COMMANDS as readonly string[]).includes(name)
}
