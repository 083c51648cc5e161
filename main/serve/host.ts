import { randomBytes } from 'node:crypto'
import type { HostCapabilities, HostPort } from '#contract/host.ts'
import type { PlaygroundKeeper } from '#contract/playground-keeper.ts'
import type { KeptSecret } from '#model/connection.ts'
import type { SettingsFile } from './settings.ts'

/** Finished files that the browser may fetch, each under a name that cannot be guessed. */
export interface SharedFiles {
  find(id: string): { readonly path: string; readonly name: string } | undefined
}

export interface ServeHost {
  readonly port: HostPort
  readonly files: SharedFiles
}

/** A host with a browser for a window: keys live in memory, files become links, the desktop hears nothing. */
export function serveHost(settings: SettingsFile, playground: PlaygroundKeeper, token: string): ServeHost {
  const secrets = new Map<string, KeptSecret>()
  const files = new Map<string, { path: string; name: string }>()
  const capabilities: HostCapabilities = {
    kind: 'serve',
    secrets: 'memory',
    notifications: false,
    saveDialog: false,
    files: 'none',
  }
  return {
    files: { find: (id) => files.get(id) },
    port: {
      ...settings,
      capabilities: async () => capabilities,
      readSecret: async (id) => secrets.get(id),
      writeSecret: async (id, secret) => void secrets.set(id, secret),
      removeSecret: async (id) => void secrets.delete(id),
      notify: async () => {},
      showProgress: async () => {},
      async deliverFile(file) {
        const id = randomBytes(18).toString('base64url')
        files.set(id, file)
        return { kind: 'url', url: `/files/${id}/${encodeURIComponent(file.name)}?token=${token}` }
      },
      fileGrants: async () => [],
      choosePaths: async () => undefined,
      revealPath: async () => ({ kind: 'shown' }),
      openPage: async () => 'shown',
      openPlayground: playground.open,
    },
  }
}
