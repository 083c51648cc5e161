import { randomBytes } from 'node:crypto'
import path from 'node:path'
import type { HostCapabilities, HostPort } from '#contract/host.ts'
import type { PlaygroundKeeper } from '#contract/playground-keeper.ts'
import type { KeptSecret } from '#model/connection.ts'
import { fail } from '#model/failure.ts'
import type { Exchange } from './exchange.ts'
import type { SettingsFile } from './settings.ts'

/** Finished files that the browser may fetch, each under a name that cannot be guessed. */
export interface SharedFiles {
  find(id: string): { readonly path: string; readonly name: string } | undefined
}

/** Texts that the browser copies, each given out once. */
export interface OnceTexts {
  take(id: string): string | undefined
}

/** Milliseconds after which one that nobody fetched is forgotten. */
const TEXT_LIFE = 30_000

export interface ServeHost {
  readonly port: HostPort
  readonly files: SharedFiles
  readonly texts: OnceTexts
}

export interface ServeHostOptions {
  readonly settings: SettingsFile
  readonly playground: PlaygroundKeeper
  readonly exchange: Exchange
  readonly token: string
}

/** A host with a browser for a window: keys live in memory, files become links, the desktop hears nothing. */
export function serveHost({ settings, playground, exchange, token }: ServeHostOptions): ServeHost {
  const secrets = new Map<string, KeptSecret>()
  const texts = new Map<string, string>()
  const files = new Map<string, { path: string; name: string }>()
  const capabilities: HostCapabilities = {
    kind: 'serve',
    secrets: 'memory',
    notifications: false,
    saveDialog: false,
    files: 'transfer',
    updates: false,
  }
  return {
    files: { find: (id) => files.get(id) },
    texts: {
      take(id) {
        const text = texts.get(id)
        texts.delete(id)
        return text
      },
    },
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
      fileGrants: async () => exchange.grants,
      // What is to be uploaded, the browser sends by itself; a download goes to where it can fetch it.
      choosePaths: async (choice) => (choice === 'download' ? [await exchange.newDownload()] : undefined),
      async revealPath(file) {
        const id = path.relative(exchange.downloads, file).split(path.sep)[0] ?? ''
        if (exchange.downloadFolder(id) === undefined)
          fail('not-possible', 'item', `It lies on the machine that serves Decant, in ${file}.`)
        return { kind: 'url', url: `/downloads/${id}?token=${token}` }
      },
      async handText(text) {
        const id = randomBytes(18).toString('base64url')
        texts.set(id, text)
        setTimeout(() => texts.delete(id), TEXT_LIFE).unref()
        return { kind: 'once', url: `/once/${id}?token=${token}` }
      },
      openPage: async () => 'shown',
      readReleases: async () => undefined,
      openFolder: async () => 'shown',
      openPlayground: playground.open,
    },
  }
}
