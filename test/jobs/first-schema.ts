/** What the first Decant wrote, word for word: a released step never changes. */
export const FIRST_SCHEMA = `
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
`
