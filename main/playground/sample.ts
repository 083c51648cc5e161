import type { SeedRequest } from './seed-request.ts'

const KIB = 1024
const MIB = 1024 ** 2
const GIB = 1024 ** 3

const parquet = { 'content-type': 'application/vnd.apache.parquet' }
const utf8Text = { 'content-type': 'text/plain; charset=utf-8' }

const LOGO = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64"><rect width="64" height="64" rx="14" fill="#0f766e"/><path d="M20 14h24l-4 22a8 8 0 0 1-16 0z" fill="#ecfeff"/></svg>`

const BACKUP_LIFECYCLE = [
  '<Rule><ID>base-backups</ID><Filter><Prefix>postgres/base/</Prefix></Filter><Status>Enabled</Status>',
  '<Transition><Days>30</Days><StorageClass>GLACIER</StorageClass></Transition>',
  '<Expiration><Days>400</Days></Expiration>',
  '<NoncurrentVersionExpiration><NoncurrentDays>90</NoncurrentDays><NewerNoncurrentVersions>3</NewerNoncurrentVersions></NoncurrentVersionExpiration></Rule>',
  '<Rule><ID>uploads</ID><Filter><Prefix></Prefix></Filter><Status>Disabled</Status>',
  '<AbortIncompleteMultipartUpload><DaysAfterInitiation>7</DaysAfterInitiation></AbortIncompleteMultipartUpload></Rule>',
].join('')

const WEB_POLICY = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    {
      Sid: 'OnlyThroughTheCdn',
      Effect: 'Allow',
      Principal: { Service: 'cloudfront.amazonaws.com' },
      Action: 's3:GetObject',
      Resource: 'arn:aws:s3:::acme-web-assets/*',
    },
  ],
})

/** What a new playground holds: four buckets of a company that might exist, the same at every first start. */
export const SAMPLE: readonly SeedRequest[] = [
  // A data lake.
  {
    bucket: 'acme-lake-curated',
    region: 'eu-central-1',
    count: 2400,
    prefix: 'events/2026/',
    pattern: '{n/800+9:2}/{n/28%28+1:2}/part-{n:5}.snappy.parquet',
    sizes: { min: 900 * KIB, max: 180 * MIB },
    seed: 1,
    headers: parquet,
    metadata: { pipeline: 'events-v3', schema: '14' },
    tags: { team: 'data', pii: 'no' },
    modified: { from: '2026-09-01T02:10:00Z', to: '2026-11-20T02:14:00Z' },
  },
  {
    bucket: 'acme-lake-curated',
    count: 365,
    prefix: 'orders/daily/',
    pattern: 'orders-{n+1:3}.csv.gz',
    sizes: { min: 40 * KIB, max: 6 * MIB },
    seed: 2,
    headers: { 'content-type': 'text/csv', 'content-encoding': 'gzip' },
    storageClass: 'STANDARD_IA',
    modified: { from: '2025-11-20T01:00:00Z', to: '2026-11-20T01:00:00Z' },
  },
  {
    bucket: 'acme-lake-curated',
    key: 'events/_manifest.json',
    text: '{\n  "dataset": "events",\n  "schema": 14,\n  "partitions": ["2026/09", "2026/10", "2026/11"]\n}\n',
    headers: { 'content-type': 'application/json' },
    metadata: { owner: 'data-platform' },
    tags: { team: 'data' },
  },
  {
    bucket: 'acme-lake-curated',
    key: 'README.txt',
    text: 'Curated tables. Written once a day, never changed in place.\nQuestions: data-platform\n',
    headers: utf8Text,
  },
  // Backups, versioned, with one object over the limit of CopyObject.
  {
    bucket: 'acme-backups',
    region: 'eu-west-1',
    lifecycle: BACKUP_LIFECYCLE,
    bucketTags: { team: 'platform', 'cost-center': '4711' },
    versioning: 'Enabled',
    count: 180,
    prefix: 'postgres/base/',
    pattern: 'base-{n+1:4}.tar.zst',
    sizes: { min: 20 * MIB, max: 2 * GIB },
    seed: 3,
    headers: { 'content-type': 'application/zstd' },
    metadata: { 'pg-version': '17.2', host: 'db-1' },
    tags: { retention: '90d' },
    storageClass: 'STANDARD_IA',
    modified: { from: '2026-05-25T03:00:00Z', to: '2026-11-20T03:00:00Z' },
  },
  {
    bucket: 'acme-backups',
    key: 'postgres/full/2026-11-15-full.tar.zst',
    size: 6 * GIB,
    seed: 4,
    headers: { 'content-type': 'application/zstd', 'cache-control': 'no-store' },
    metadata: { 'pg-version': '17.2', host: 'db-1', 'backup-kind': 'full' },
    tags: { retention: '1y', verified: 'yes' },
  },
  {
    bucket: 'acme-backups',
    key: 'postgres/LATEST',
    text: 'base-0179\n',
    headers: utf8Text,
  },
  {
    bucket: 'acme-backups',
    key: 'postgres/LATEST',
    text: 'base-0180\n',
    headers: utf8Text,
  },
  {
    bucket: 'acme-backups',
    count: 24,
    prefix: 'mail/archive/',
    pattern: '2024-{n/2+1:2}-{n%2+1}.mbox.zst',
    sizes: { min: 200 * MIB, max: 900 * MIB },
    seed: 5,
    headers: { 'content-type': 'application/zstd' },
    storageClass: 'GLACIER',
    modified: { from: '2024-01-31T05:00:00Z', to: '2025-01-02T05:00:00Z' },
  },
  {
    bucket: 'acme-backups',
    key: 'postgres/full/2026-11-08-full.tar.zst',
    size: 72 * MIB,
    seed: 8,
    unfinishedSince: '2026-11-08T03:20:00Z',
  },
  // A web site's files.
  {
    bucket: 'acme-web-assets',
    region: 'us-east-1',
    policy: WEB_POLICY,
    bucketTags: { team: 'web' },
    count: 420,
    prefix: 'img/products/',
    pattern: '{n/20+1:2}/product-{n+1:4}.webp',
    sizes: { min: 6 * KIB, max: 900 * KIB },
    seed: 6,
    headers: { 'content-type': 'image/webp', 'cache-control': 'public, max-age=31536000, immutable' },
    modified: { from: '2026-01-10T09:00:00Z', to: '2026-11-18T16:40:00Z' },
  },
  {
    bucket: 'acme-web-assets',
    key: 'index.html',
    text: '<!doctype html>\n<html lang="en">\n<title>Acme</title>\n<link rel="stylesheet" href="css/site.css">\n<h1>Acme</h1>\n</html>\n',
    headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-cache' },
  },
  {
    bucket: 'acme-web-assets',
    key: 'css/site.css',
    text: ':root { color-scheme: light dark }\nbody { font: 16px/1.5 system-ui; margin: 2rem auto; max-width: 60ch }\n',
    headers: { 'content-type': 'text/css', 'cache-control': 'public, max-age=3600' },
  },
  {
    bucket: 'acme-web-assets',
    key: 'img/logo.svg',
    text: LOGO,
    headers: { 'content-type': 'image/svg+xml', 'cache-control': 'public, max-age=86400' },
  },
  // An archive whose keys are as people write them.
  {
    bucket: 'kunst-archiv',
    region: 'eu-central-1',
    count: 160,
    prefix: 'Gemälde/Öl auf Leinwand/',
    pattern: 'Saal {n/20+1}/Aufnahme {n+1:4}.tif',
    sizes: { min: 12 * MIB, max: 140 * MIB },
    seed: 7,
    headers: { 'content-type': 'image/tiff' },
    metadata: { kamera: 'Phase One' },
    tags: { Recht: 'frei' },
    modified: { from: '2023-03-01T08:00:00Z', to: '2026-10-30T17:00:00Z' },
  },
  {
    bucket: 'kunst-archiv',
    key: 'Gemälde/Übersicht.json',
    text: '{ "titel": "Übersicht", "werke": 160, "säle": 8 }\n',
    headers: { 'content-type': 'application/json' },
  },
  {
    bucket: 'kunst-archiv',
    key: '売上/2026年11月.csv',
    text: '日付,売上\n2026-11-19,120000\n2026-11-20,98000\n',
    headers: { 'content-type': 'text/csv; charset=utf-8' },
  },
  {
    bucket: 'kunst-archiv',
    key: 'Briefe/100% sicher + geprüft.txt',
    text: 'Ein Schlüssel mit Prozent, Plus und Leerzeichen.\n',
    headers: utf8Text,
  },
  {
    bucket: 'kunst-archiv',
    key: 'Briefe/%2F ist kein Schrägstrich.txt',
    text: 'Dieser Schlüssel enthält die drei Zeichen Prozent, 2 und F.\n',
    headers: utf8Text,
  },
  {
    bucket: 'kunst-archiv',
    key: 'Fotos/🎨 Vernissage.txt',
    text: 'Die Bilder folgen.\n',
    headers: utf8Text,
  },
  { bucket: 'kunst-archiv', key: 'Eingang/', size: 0 },
]
