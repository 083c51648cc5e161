import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { expect } from 'vitest'
import { plantTree, readTree, treeDifferences } from '../../helpers/file-tree.ts'
import { until } from '../../helpers/processes.ts'
import { playgroundOf } from '../../helpers/window.ts'
import type { DecantWindow, OpenApp } from '../../helpers/window.ts'
import { dropFiles } from '../drop-files.ts'

const FILES = 2000
/** Of each upload in the playground until the app is killed: half-way is a place one can meet, in milliseconds. */
const SLOW = 500

/** What differs between the hosts: how the files of the download get to the person. */
export interface Back<App extends OpenApp> {
  /** The download's sheet is asked for: ends with its plan open. */
  download(app: App, into: string): Promise<void>
  /** It is done: gives what came, by path. */
  fetch(app: App, into: string): Promise<ReadonlyMap<string, Buffer>>
}

/** A folder dragged in, killed in the middle, gone on with, and downloaded again: every byte is compared. */
export async function folderAndBack<App extends OpenApp>(
  host: { open(options: { dataDir: string }): Promise<App> },
  dir: string,
  back: Back<App>,
): Promise<void> {
  const [dataDir, tree, into] = ['data', 'my photos', 'into'].map((name) => path.join(dir, name)) as [
    string,
    string,
    string,
  ]
  for (const folder of [dataDir, into]) mkdirSync(folder)
  plantTree(tree, FILES)

  const first = await host.open({ dataDir })
  const { window } = first
  await window.openPlayground()
  await window.goTo('right', 's3://acme-web-assets/')
  await playgroundOf(dataDir).faults({ op: 'PutObject', do: 'slow', ms: SLOW })
  await dropFiles(window.page, window.list('right'), [tree], 'Upload 1 item here')
  await window.pourSheet.getByText('2,000').first().waitFor({ timeout: 60_000 })
  await window.button(/^Start uploading/, window.pourSheet).click()
  await window.halfWay(/my photos/)
  await first.kill()

  const second = await host.open({ dataDir })
  await uploaded(second.window, dataDir)
  await second.window.list('right').focus()
  await second.window.row('right', 'my photos/').click()
  await back.download(second, into)
  await second.window.button(/^Start downloading/, second.window.pourSheet).click()
  const came = await back.fetch(second, into)
  expect(came.size).toBe(FILES)
  expect(treeDifferences(readTree(tree), below(came, 'my photos/'))).toEqual([])
  await second.close()
}

async function uploaded(window: DecantWindow, dataDir: string): Promise<void> {
  await window.list('left').waitFor()
  // The playground begins anew when its job needs it.
  const puts = (): Promise<number> => countPuts(dataDir).catch(() => 0)
  await until('every file is an object', async () => (await puts()) === FILES, 60_000)
  await until('the job has ended', async () => (await window.jobLine(/my photos/).count()) === 0, 60_000)
}

async function countPuts(dataDir: string): Promise<number> {
  const log = await playgroundOf(dataDir).log()
  const keys = log.filter(({ op, bucket }) => op === 'PutObject' && bucket === 'acme-web-assets')
  return new Set(keys.map(({ key }) => key).filter((key) => key?.startsWith('my photos/'))).size
}

function below(files: ReadonlyMap<string, Buffer>, prefix: string): Map<string, Buffer> {
  return new Map([...files].map(([name, bytes]) => [name.slice(prefix.length), bytes]))
}
