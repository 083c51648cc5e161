import type { HostPort } from '#contract/host.ts'
import { fail } from '#model/failure.ts'
import { playgroundIn } from '../serve/children.ts'
import { settingsFile } from '../serve/settings.ts'

/** A host with a terminal: keys come from the environment and the AWS files only, and nobody is notified. */
export function cliHost(
  dataDir: string,
  playgroundEntry: string,
): { port: HostPort; close(): Promise<void> } {
  const playground = playgroundIn(dataDir, playgroundEntry)
  return {
    port: {
      ...settingsFile(dataDir),
      capabilities: async () => ({
        kind: 'cli',
        secrets: 'plain-refused',
        notifications: false,
        saveDialog: false,
        files: 'none',
        updates: false,
      }),
      readSecret: async () => undefined,
      writeSecret: async () =>
        fail(
          'credentials-missing',
          'item',
          'The command line keeps no keys: use a profile or the environment.',
        ),
      removeSecret: async () => {},
      notify: async () => {},
      showProgress: async () => {},
      deliverFile: async ({ path }) => ({ kind: 'saved', path }),
      // Its callers are people, who need none.
      fileGrants: async () => [],
      choosePaths: async () => undefined,
      revealPath: async () => ({ kind: 'shown' }),
      handText: async () =>
        fail('not-supported', 'item', 'A terminal has no clipboard: decant presign prints the link.'),
      openPage: async () => 'shown',
      readReleases: async () => undefined,
      openFolder: async () => 'shown',
      openPlayground: playground.open,
    },
    close: playground.stop,
  }
}
