import {
  KEYS,
  WHICH,
  FROM_MANIFEST,
  PROPERTIES,
  FIELDS,
  TABLES,
  AFTER,
  NAMES,
  STORES,
  TWO_STORES,
  COMMON,
  WHEN,
  BUDGET,
  EXITS,
  AGAIN,
  FILES,
} from './options.ts'

/** What every job can be told besides, and how its command ends. */
const ENDING = `${AFTER}

${WHEN}

${BUDGET}
${COMMON}

${AGAIN}
${EXITS}`

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

${ENDING}`

/** The pages of what makes a job: of objects, and of their versions. */
export const WORK_HELP = {
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

${ENDING}`,
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

${ENDING}`,
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

${ENDING}`,
  undelete: `Usage: decant undelete SOURCE... [options]

  decant undelete s3://bucket/reports/ --include '**.csv'

Removes the delete markers on top of deleted objects, so that what was there before is current again. Keys of which no
version is left stay as they are.

${KEYS}

${STORES}

${ENDING}`,
  'restore-version': `Usage: decant restore-version SOURCE --version-id ID [options]

  decant restore-version s3://bucket/file.txt --version-id 3sL4kqtJlcpXroDTDmJ.rmSpXd3dIbrHY

Copies that version on top of its own key, with everything that it carries: headers, metadata, tags, class, encryption,
lock and ACL. In a bucket that keeps versions nothing is lost. Of the version that is current already nothing is done.

  --restore TIER:DAYS    an archived version is restored first (Expedited, Standard, Bulk), and waited for
  --sse-c-source-key NAME, --sse-c-key-file NAME=FILE    the customer key that it lies under

${STORES}

${ENDING}`,
}
