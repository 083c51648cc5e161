import { ONE_STORE, COMMON } from './options.ts'

/** The pages of what looks at places, and of the hosts. */
export const PLACES_HELP = {
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
