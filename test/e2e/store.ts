/** A store that is none of the app's own: a server that tests stop and start, and an AWS profile that leads to it. */
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { spawnPlayground } from '../helpers/playground.ts'
import type { PlaygroundProcess } from '../helpers/playground.ts'
import type { DecantWindow } from '../helpers/window.ts'

export interface ForeignStore {
  readonly server: PlaygroundProcess
  /** For the app: where its AWS files are. */
  readonly env: Readonly<Record<string, string>>
}

/** @param dir where the AWS files are written */
export async function foreignStore(dir: string): Promise<ForeignStore> {
  const server = await spawnPlayground()
  mkdirSync(dir, { recursive: true })
  const config = path.join(dir, 'config')
  const credentials = path.join(dir, 'credentials')
  writeFileSync(config, `[profile store]\nregion = us-east-1\nendpoint_url = ${server.endpoint}\n`)
  writeFileSync(
    credentials,
    `[store]\naws_access_key_id = ${server.accessKeyId}\naws_secret_access_key = ${server.secretAccessKey}\n`,
  )
  return { server, env: { AWS_CONFIG_FILE: config, AWS_SHARED_CREDENTIALS_FILE: credentials } }
}

/** From the first run: takes the profile that was found, and waits for the panes. */
export async function importProfile(window: DecantWindow): Promise<void> {
  await window.button('Import…').click()
  await window.button('Import 1 connection').click()
  await window.row('left', 'store').waitFor()
  await window.row('left', 'store').dblclick()
}
