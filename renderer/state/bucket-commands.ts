import type { Place } from '#model/settings.ts'
import type { App } from './app.svelte.ts'
import type { Command } from './commands.svelte.ts'

/** The bucket that is meant: the one chosen in a list of buckets, else the one that the pane is in. */
function chosenBucket(app: App): Place | undefined {
  const { place, subject } = app.pane
  if (place === null) return undefined
  const [row] = subject
  if (place.bucket === '')
    return subject.length === 1 && row?.kind === 'bucket' ? app.pane.placeOf(row) : undefined
  return { ...place, prefix: '' }
}

/** A bucket, or a prefix: what is chosen, else where the pane is. */
function chosenPlace(app: App): Place | undefined {
  const { place, subject } = app.pane
  const [row] = subject
  if (subject.length === 1 && (row?.kind === 'bucket' || row?.kind === 'prefix')) return app.pane.placeOf(row)
  return place === null || place.bucket === '' ? undefined : place
}

/** Why nothing may be written there; true where it may. */
export function mayWrite(app: App, connection: string | undefined): true | string {
  const found = app.connections.get(connection)
  return found?.readOnly === true ? `${found.name} is read-only.` : true
}

/** What can be done with buckets as a whole, and what is looked for in them. */
export function bucketCommands(app: App): Command[] {
  const base = { group: 'In this pane', scope: 'window', screen: 'browse', keys: [] } as const
  const browsing = (): boolean => app.router.route.screen === 'browse'
  const ofBucket = (): true | string => {
    if (!browsing()) return ''
    return chosenBucket(app) === undefined ? 'Choose a bucket first.' : true
  }
  const ofPlace = (): true | string => {
    if (!browsing()) return ''
    return chosenPlace(app) === undefined ? 'Choose a bucket or a prefix first.' : true
  }
  const writing = (): true | string => {
    const can = ofBucket()
    return can === true ? mayWrite(app, app.pane.place?.connection) : can
  }
  const object = () => {
    const { subject } = app.pane
    const [row] = subject
    if (subject.length !== 1 || row === undefined) return undefined
    if (row.kind === 'object') return { key: row.id, versionId: row.version?.versionId }
    const isMarker = row.version?.is === 'marker' || row.version?.is === 'old-marker'
    return row.version === undefined || isMarker ? undefined : row.version
  }
  return [
    {
      ...base,
      id: 'search',
      title: 'Search below this place…',
      keys: ['Mod+Shift+F'],
      when: ofPlace,
      run: () => {
        const place = chosenPlace(app)
        if (place !== undefined) app.search(place)
      },
    },
    {
      ...base,
      id: 'usage',
      title: 'Count what lies here…',
      when: ofPlace,
      run: () => {
        const place = chosenPlace(app)
        if (place !== undefined) app.router.open({ is: 'usage', place })
      },
    },
    {
      ...base,
      id: 'uploads',
      title: 'Unfinished uploads…',
      when: ofPlace,
      run: () => {
        const place = chosenPlace(app)
        if (place !== undefined) app.router.open({ is: 'uploads', place })
      },
    },
    {
      ...base,
      id: 'bucket-properties',
      title: 'Properties of the bucket',
      when: ofBucket,
      run: () => app.showBucket(),
    },
    {
      ...base,
      id: 'create-bucket',
      title: 'New bucket…',
      when: () => {
        if (!browsing()) return ''
        const { place } = app.pane
        return place === null ? 'Go to a connection first.' : mayWrite(app, place.connection)
      },
      run: () => {
        const { place } = app.pane
        if (place !== null) app.router.open({ is: 'new-bucket', connection: place.connection })
      },
    },
    {
      ...base,
      id: 'empty-bucket',
      title: 'Empty the bucket…',
      when: writing,
      run: () => {
        const place = chosenBucket(app)
        if (place !== undefined) void app.sheets.openEmptying(place)
      },
    },
    {
      ...base,
      id: 'delete-bucket',
      title: 'Delete the bucket…',
      when: writing,
      run: () => {
        const place = chosenBucket(app)
        if (place !== undefined) app.router.open({ is: 'delete-bucket', place })
      },
    },
    {
      ...base,
      group: 'With the selection',
      id: 'presign',
      title: 'Make a link for anybody…',
      when: () => {
        if (!browsing()) return ''
        return object() === undefined ? 'Choose one object, or one version.' : true
      },
      run: () => {
        const chosen = object()
        const { place } = app.pane
        if (chosen === undefined || place === null) return
        const { key, versionId } = chosen
        app.router.open({ is: 'presign', place, key, versionId })
      },
    },
    {
      ...base,
      group: 'With the selection',
      id: 'show-in-folder',
      title: 'Show in its folder',
      when: () => {
        if (!browsing() || app.pane.search === undefined) return ''
        return object() === undefined ? 'Choose one object.' : true
      },
      run: () => {
        const chosen = object()
        if (chosen !== undefined) app.pane.showInFolder(chosen.key)
      },
    },
  ]
}
