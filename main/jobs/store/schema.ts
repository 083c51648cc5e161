import { fail } from '#model/failure.ts'
import type { Database } from '../../sqlite/sqlite.ts'

/**
 * Each step takes the database from version i to i + 1 (`PRAGMA user_version`). A step that was released is never
 * changed; a new one is added.
 *
 * items.id is the plan's order: job number × 2^32 + position. So one job's items lie together, in the order in which
 * they are sent, and an update touches the pages that the one before it touched.
 */
const STEPS: readonly string[] = [
  `
  CREATE TABLE jobs (
    n INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    spec TEXT NOT NULL,
    draft INTEGER NOT NULL,
    status TEXT NOT NULL,
    tally TEXT NOT NULL,
    listing TEXT,
    next_seq INTEGER NOT NULL,
    sent_below INTEGER NOT NULL,
    marked_at INTEGER,
    first_mark_at INTEGER,
    created_at INTEGER NOT NULL,
    started_at INTEGER,
    ended_at INTEGER,
    ran_for INTEGER NOT NULL,
    requests TEXT NOT NULL,
    notes TEXT NOT NULL
  );
  CREATE TABLE items (
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL,
    version TEXT,
    size INTEGER NOT NULL,
    etag TEXT NOT NULL,
    modified INTEGER NOT NULL,
    class TEXT,
    action INTEGER NOT NULL,
    skip_reason INTEGER,
    expect INTEGER NOT NULL,
    expect_etag TEXT,
    expect_modified INTEGER,
    conflict INTEGER NOT NULL,
    state INTEGER NOT NULL,
    new_etag TEXT,
    new_version TEXT,
    cause INTEGER,
    failure TEXT
  );
  CREATE INDEX items_skipped ON items (id) WHERE state = 5;
  CREATE INDEX items_failed ON items (id) WHERE state = 6;
  CREATE TABLE causes (
    id INTEGER PRIMARY KEY,
    job INTEGER NOT NULL,
    code TEXT NOT NULL,
    s3_code TEXT NOT NULL,
    items INTEGER NOT NULL,
    example TEXT NOT NULL,
    example_key TEXT NOT NULL,
    UNIQUE (job, code, s3_code)
  );
  CREATE TABLE uploads (
    item INTEGER PRIMARY KEY,
    upload_id TEXT,
    part_size INTEGER NOT NULL,
    intended_at INTEGER NOT NULL
  );
  CREATE TABLE parts (
    item INTEGER NOT NULL,
    part INTEGER NOT NULL,
    etag TEXT NOT NULL,
    size INTEGER NOT NULL,
    PRIMARY KEY (item, part)
  ) WITHOUT ROWID;
  CREATE TABLE log (
    id INTEGER PRIMARY KEY,
    job INTEGER NOT NULL,
    at INTEGER NOT NULL,
    text TEXT NOT NULL,
    failure TEXT
  );
  CREATE INDEX log_job ON log (job, id);
  CREATE TABLE samples (job INTEGER PRIMARY KEY, span INTEGER NOT NULL, points TEXT NOT NULL);
  CREATE TABLE queue (
    id TEXT PRIMARY KEY,
    place INTEGER NOT NULL,
    lock TEXT
  );
  `,
  // A job has several sources and destinations; each item knows between which it goes, and what it waits for.
  `
  ALTER TABLE items ADD COLUMN leg INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE items ADD COLUMN target TEXT;
  ALTER TABLE items ADD COLUMN rules INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE items ADD COLUMN after INTEGER;
  ALTER TABLE items ADD COLUMN history INTEGER;
  ALTER TABLE items ADD COLUMN restore_asked INTEGER;
  UPDATE jobs SET spec = json_remove(
    json_set(spec, '$.sources', json_array(json_extract(spec, '$.source'))), '$.source'
  );
  UPDATE jobs SET spec = json_remove(
    json_set(spec, '$.destinations', json_array(json_extract(spec, '$.destination'))), '$.destination'
  ) WHERE json_extract(spec, '$.destination') IS NOT NULL;
  `,
  // In a move, `copied` (2) was a copy whose source is still to be deleted; that is a state of its own now (9).
  // What is restored from the archive (6) is found without a scan.
  `
  UPDATE items SET state = 9 WHERE state = 2 AND id / 4294967296 IN (
    SELECT n FROM jobs WHERE json_extract(spec, '$.kind') = 'move'
  );
  CREATE INDEX items_archived ON items (id) WHERE action = 6;
  `,
  // Where two objects of a job could have one name, or one is written over what another is read from.
  `
  CREATE TABLE names (
    job INTEGER NOT NULL,
    role INTEGER NOT NULL,
    place INTEGER NOT NULL,
    key TEXT NOT NULL,
    seq INTEGER,
    PRIMARY KEY (job, role, place, key)
  ) WITHOUT ROWID;
  CREATE TABLE crossings (
    job INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    next INTEGER,
    place INTEGER,
    linked INTEGER,
    PRIMARY KEY (job, seq)
  ) WITHOUT ROWID;
  CREATE INDEX crossings_next ON crossings (job, next);
  CREATE INDEX crossings_place ON crossings (job, place);
  `,
  // What an edit asks of one object alone, what it found there, and the requests that a plan will send.
  `
  CREATE TABLE own_edits (item INTEGER PRIMARY KEY, edit TEXT NOT NULL);
  CREATE TABLE remembered (item INTEGER PRIMARY KEY, etag TEXT NOT NULL, before TEXT NOT NULL);
  ALTER TABLE jobs ADD COLUMN expected TEXT;
  `,
  // What a plan costs, and what a second look at it found; what only some jobs have; the order of those that wait; what
  // was kept of what is written over.
  `
  ALTER TABLE items ADD COLUMN marker TEXT;
  ALTER TABLE jobs ADD COLUMN quantities TEXT;
  ALTER TABLE jobs ADD COLUMN more TEXT NOT NULL DEFAULT '{}';
  ALTER TABLE queue ADD COLUMN priority INTEGER NOT NULL DEFAULT 50;
  ALTER TABLE items ADD COLUMN anew INTEGER;
  CREATE TABLE backups (item INTEGER PRIMARY KEY, backup TEXT NOT NULL);
  CREATE TABLE templates (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    spec TEXT NOT NULL,
    created_at INTEGER NOT NULL
  );
  `,
  // What is to be sent once more (1), and what is on its way from the archive (7), is found without a scan: few rows, and
  // asked for whenever a run comes to its end.
  `
  CREATE INDEX items_waiting ON items (state, id) WHERE state IN (1, 7);
  `,
]

export const SCHEMA_VERSION = STEPS.length

/** Brings the database to this version's schema, in one transaction, or refuses one that a newer Decant wrote. */
export function migrate(database: Database): void {
  const version = readVersion(database)
  if (version > SCHEMA_VERSION) refuseNewer(database, version)
  if (version === SCHEMA_VERSION) return
  database.transaction(() => {
    for (const step of STEPS.slice(version)) database.exec(step)
    database.exec(`PRAGMA user_version = ${SCHEMA_VERSION}`)
  })
}

/** For whoever only reads, and so cannot bring it to this version. */
export function demandThisSchema(database: Database): void {
  const version = readVersion(database)
  if (version > SCHEMA_VERSION) refuseNewer(database, version)
  if (version < SCHEMA_VERSION)
    fail(
      'database',
      'job',
      `${database.path} was written by an older Decant (schema ${version}, this one's is ${SCHEMA_VERSION}): open it with ` +
        'this one to bring it up to date, in the window or by `decant resume --all`.',
    )
}

function refuseNewer({ path }: Database, version: number): never {
  return fail(
    'database',
    'job',
    `${path} was written by a newer Decant (schema ${version}, this one's is ${SCHEMA_VERSION}): use that one.`,
  )
}

/** 0 for a file that nobody has written to. */
function readVersion(database: Database): number {
  return Number(database.prepare('PRAGMA user_version').get()?.[0] ?? 0)
}
