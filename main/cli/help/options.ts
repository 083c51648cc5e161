/** Options that several commands have, as their pages say them. */

export const KEYS = `Which objects:
  --recursive            a SOURCE that does not end in / is a prefix, not one object
  --include GLOB, --exclude GLOB, --include-regex RE, --exclude-regex RE       on the whole key; repeatable
                         in a glob: * within a name, ** over slashes, ?, [abc], {a,b}
  --min-size N, --max-size N             bytes, or 10M, 1.5GiB
  --modified-from TIME, --modified-before TIME     2026-03-01 or 2026-03-01T12:00Z
  --class CLASS          of these storage classes; repeatable
  --encryption KIND, --with-tag K[=V], --with-meta K[=V]    repeatable; cost a request an object`

export const WHICH = `${KEYS}
  --versions WHICH       current, all (the whole history, oldest first, with its delete markers), or a time
  --version-id ID        this version of one object
  --version-state STATE  of a history only: current, noncurrent, delete-marker
  --restore TIER:DAYS    archived objects are restored first (Expedited, Standard, Bulk), and waited for`

export const FROM_MANIFEST = `Keys from a manifest:
  --manifest FILE        instead of a listing: a file, s3://bucket/key, or - for standard input. SOURCE may be left out; where
                         it is there, only what it selects is meant. Rows that make no sense are named, and the others run
  --manifest-format F    batch (Bucket,Key[,VersionId], URL-encoded), report (what failed), decant (a heading of bucket, key,
                         version-id, target-bucket, target-key and FIELDs), inventory (manifest.json); without, by its looks
  --look plan|send       when its objects are looked at: for the plan, or each right before it is sent (plan)`

export const PROPERTIES = (defaults: string): string => `Properties (${defaults}):
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

export const FIELDS = `Values of each object's own (FIELD: a header as above, website-redirect, storage-class, x-amz-meta-NAME, tag:KEY):
  --type-from-extension  Content-Type by the key's extension; --type-from-content by the first bytes (a request an object)
  --replace FIELD=s/RE/TEXT/     every match in the value; $1, $<name>; any mark in the place of the slash
  --from-key FIELD=s/RE/TEXT/    TEXT, filled from the first match in the key
  --copy-field 'FROM=>TO', --rename 'FROM=>TO'     --rename for metadata and tags
  --from-modified FIELD=DAYS     the day it was last modified, and so many days: an HTTP date for expires, else ISO 8601
  --where-key GLOB|/RE/, --where-value missing|present|VALUE|/RE/      for the option right before: only where the key,
                         or the value that stands in the field, is so (=VALUE for a value of these words)
  They run in the order given, --set, --tag and their kin among them, each over what the one before left.`

export const TABLES = `Values from a table:
  --csv FILE             a heading of key and FIELDs, a line an object; nothing is changed unless every line fits
  --export-csv FILE      writes that table of what stands (a HEAD an object), and changes nothing
  In a cell: nothing leaves the value, (none) takes it away, (empty) makes it empty; \\(none) is that text. The columns
  etag, size and last-modified may be there: a line whose etag is not the object's any more does not fit. What a
  spreadsheet would take for a formula is written with a backslash before it (\\=1+1), which is taken off when it is read.`

export const AFTER = `When it is done:
  --report-to PLACE      its report goes there by itself: s3://bucket/prefix/ (through the store of DEST) or a folder;
                         --report csv|json|html, repeatable
  --webhook NAME         a webhook of the settings is told of the end, and of pauses that need somebody; its URL may be
                         given in DECANT_WEBHOOK_URL, and in DECANT_WEBHOOK_SECRET what its calls are signed with (README)`

export const NAMES = `Names and places:
  --also-to DEST         another destination; repeatable
  --name-prefix FROM=>TO, --name-replace RE=>TEXT ($1, $<name>), --name-case lower|upper, --name-flatten SEP,
  --name-template TEXT   {key} {dir} {name} {stem} {ext} {yyyy} {mm} {dd} {hh} {min} {ss}
                         rules for what follows the source's prefix, applied in the order given`

export const STORES = `The stores:
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
export const ONE_STORE = STORES.split('\n')
  .filter((line) => !line.includes('--concurrency'))
  .join('\n')

export const TWO_STORES = `${STORES}
The same with --dest- for DEST (--dest-profile ...); both sides are alike where that is left out.`

export const COMMON = `  --data-dir DIR         where jobs are kept (DECANT_DATA_DIR, or the platform's place)
  --ca-bundle FILE       certificate authorities to trust besides the well-known ones, PEM (AWS_CA_BUNDLE); the proxy is
                         HTTPS_PROXY, HTTP_PROXY and NO_PROXY, or what the settings of the data directory say
  --json                 one line of JSON at the end
  --quiet                no progress, no words`

export const WHEN = `  --priority N           0 to 100, higher goes first (high 75, normal 50, low 25)
  --start-at TIME        22:30 (the next such moment) or 2026-03-01T22:30, by this machine's clock unless a zone is given;
                         the command waits until then, or leaves it to the process that has the data directory`

export const BUDGET = `  --max-requests N       pauses before it sends more than N requests, of all its runs, the plan's too
  --budget-usd X         pauses before it costs more than X US dollars, by the price file`

export const EXITS =
  'Exit: 0 everything done, 1 some items failed, 2 bad usage, 3 the job failed or waits for somebody, 130 interrupted.'

export const AGAIN = `A job that was stopped, in whatever way, goes on with: decant resume JOBID`

export const FILES = (name: 'copy' | 'move' | 'parity'): string => `
  decant ${name} ./photos/ s3://bucket/photos/           files of this computer: what is in the folder
  decant ${name} ./photos s3://bucket/ --recursive       the folder with its name: photos/...
  decant ${name} *.jpg s3://bucket/photos/               some files
  decant ${name} s3://bucket/photos/ ./photos/           into a folder of this computer, made where it is not there
  decant ${name} s3://bucket/file.txt .                  one object into the folder that you are in

Of SOURCE and DEST one may be on this computer: a path, or file:///folder/file. An uploaded file gets its Content-Type by
the extension of its name, where --set says no other.`
