/** The names that preload/index.ts uses, too: a sandboxed preload is one file and cannot share them. */
export const CHANNELS = {
  invoke: 'decant:invoke',
  cancel: 'decant:cancel',
  event: 'decant:event',
  dropped: 'decant:dropped',
  describeMenu: 'decant:describe-menu',
  openMenu: 'decant:open-menu',
} as const
