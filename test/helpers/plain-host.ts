import type { HostCapabilities } from '#contract/host.ts'

/** What a host can do that can do the least: a browser's. */
export const PLAIN_HOST: HostCapabilities = {
  kind: 'serve',
  secrets: 'memory',
  notifications: false,
  saveDialog: false,
  files: 'transfer',
  updates: false,
}
