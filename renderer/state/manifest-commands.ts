import { pickFiles } from '../api/pick-file.ts'
import { takeDelivery } from '../api/save-file.ts'
import { toFailure } from '#model/failure.ts'
import type { App } from './app.svelte.ts'
import type { Command } from './commands.svelte.ts'
import { lastPart } from './place.ts'
import { sourceOf } from './pour.ts'

/** Jobs from manifests, and manifests from what is chosen. */
export function manifestCommands(app: App): Command[] {
  const browsing = (): boolean => app.router.route.screen === 'browse'
  const object = () => {
    const { subject, place } = app.pane
    const [row] = subject
    if (place === null || subject.length !== 1 || row?.kind !== 'object') return undefined
    return { place, key: row.id }
  }
  return [
    {
      id: 'open-manifest',
      title: 'Make a job from a manifest…',
      group: 'Window',
      scope: 'window',
      keys: ['Mod+Shift+O'],
      when: () => (app.connections.all.length > 0 ? true : 'Add a connection first.'),
      run: () => app.manifest.open(),
    },
    {
      id: 'use-as-manifest',
      title: 'Make a job from this manifest…',
      group: 'With the selection',
      scope: 'window',
      screen: 'browse',
      keys: [],
      when: () => {
        if (!browsing()) return ''
        return object() === undefined
          ? 'Choose one object: a CSV, or manifest.json of an S3 Inventory.'
          : true
      },
      run: () => {
        const chosen = object()
        const connection = chosen && app.connections.ref(chosen.place.connection)
        if (chosen === undefined || connection === undefined) return
        const { key, place } = chosen
        void app.manifest.takeObject(lastPart(key), { is: 'object', connection, bucket: place.bucket, key })
      },
    },
    {
      id: 'save-manifest',
      title: 'Save as a manifest…',
      group: 'With the selection',
      scope: 'window',
      screen: 'browse',
      keys: [],
      when: () => {
        if (!browsing()) return ''
        const cargo = app.cargoOf(app.pane)
        return cargo === undefined || cargo.place.bucket === ''
          ? 'Choose objects or prefixes of a bucket.'
          : true
      },
      run: () => void saveManifest(app),
    },
  ]
}

async function saveManifest(app: App): Promise<void> {
  const cargo = app.cargoOf(app.pane)
  const connection = app.connections.ref(cargo?.place.connection ?? '')
  if (cargo === undefined || connection === undefined) return
  const source = sourceOf(cargo, connection)
  if (typeof source === 'string') return app.notices.say({ kind: 'error', title: source })
  try {
    const { bucket, select } = source
    const versions = source.versions.take === 'all'
    const made = await app.client.call('manifests.make', {
      connection: connection.id,
      bucket,
      select,
      versions,
    })
    const path = takeDelivery(made)
    if (path !== undefined) app.notices.say({ kind: 'done', title: 'The manifest was saved.', detail: path })
  } catch (error) {
    app.notices.failure(toFailure(error), 'The manifest was not made.')
  }
}

/** Lets the person choose one of their files. */
export async function pickManifest(app: App): Promise<void> {
  const [file] = await pickFiles('.csv,.json,.gz,text/csv,application/json,application/gzip', false)
  if (file !== undefined) await app.manifest.takeFile(file)
}
