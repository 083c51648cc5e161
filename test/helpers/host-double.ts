import type { FileGrant, HostPort, JobNotice, JobsAtWork, PlaygroundAccess } from '#contract/host.ts'
import type { KeptSecret } from '#model/connection.ts'
import type { Settings } from '#model/settings.ts'
import { PLAIN_HOST } from './plain-host.ts'

/** A host in memory that remembers what it was told. */
export interface HostDouble {
  readonly port: HostPort
  readonly secrets: Map<string, KeptSecret>
  /** The settings file; anything at all may stand in it. */
  file: unknown
  readonly setAside: unknown[]
  readonly notices: JobNotice[]
  readonly progress: JobsAtWork[]
  readonly delivered: { path: string; name: string }[]
  readonly grants: FileGrant[]
  /** What the person chooses in a dialog. */
  choice: readonly string[] | undefined
  readonly revealed: string[]
  readonly handed: string[]
}

export function hostDouble(playground?: () => Promise<PlaygroundAccess>): HostDouble {
  const double: Omit<HostDouble, 'port'> = {
    secrets: new Map(),
    file: undefined,
    setAside: [],
    notices: [],
    progress: [],
    delivered: [],
    grants: [],
    choice: undefined,
    revealed: [],
    handed: [],
  }
  const port: HostPort = {
    capabilities: async () => PLAIN_HOST,
    readSecret: async (id) => double.secrets.get(id),
    writeSecret: async (id, secret) => void double.secrets.set(id, secret),
    removeSecret: async (id) => void double.secrets.delete(id),
    readSettings: async () => double.file,
    async setSettingsAside() {
      double.setAside.push(double.file)
      double.file = undefined
      return `settings.broken-${double.setAside.length}.json`
    },
    writeSettings: async (settings: Settings) => {
      double.file = settings
    },
    notify: async (notice) => void double.notices.push(notice),
    showProgress: async (progress) => void double.progress.push(progress),
    async deliverFile(file) {
      double.delivered.push(file)
      return { kind: 'saved', path: file.path }
    },
    fileGrants: async () => double.grants,
    choosePaths: async () => double.choice,
    async revealPath(path) {
      double.revealed.push(path)
      return { kind: 'shown' }
    },
    async handText(text) {
      double.handed.push(text)
      return { kind: 'copied' }
    },
    openPage: async () => 'shown',
    readReleases: async () => undefined,
    openFolder: async () => 'shown',
    openPlayground: playground ?? (() => Promise.reject(new Error('this test has no playground'))),
  }
  return Object.assign(double, { port })
}
