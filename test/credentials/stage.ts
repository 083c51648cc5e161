import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach } from 'vitest'
import type { SsoPortal, Credentials, EndpointConfig } from '#model/connection.ts'
import { systemSeams } from '#model/seams.ts'
import type { CodeQuestion } from '../../main/credentials/roles.ts'
import { openKeys, type Keys } from '../../main/services/keys.ts'
import { startFakeAws, type FakeAws } from '../helpers/fake-aws.ts'

/** Where keys come from, over the fakes, with a home of its own. */
export interface KeyStage {
  readonly fake: FakeAws
  readonly env: Record<string, string>
  readonly home: string
  readonly keys: Keys
  readonly signedIn: SsoPortal[]
  readonly pages: string[]
  get(
    credentials: EndpointConfig['credentials'],
    more?: { refused?: Credentials; code?: string; own?: Credentials; endpoint?: string; scope?: string },
  ): Promise<Credentials>
  files(config: string, credentials?: string): void
}

const ends: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const end of ends.splice(0)) await end()
})

export async function keyStage(
  askCode?: (question: CodeQuestion) => Promise<string | undefined>,
): Promise<KeyStage> {
  const fake = await startFakeAws()
  const home = mkdtempSync(path.join(tmpdir(), 'decant-keys-'))
  mkdirSync(path.join(home, '.aws'))
  const env: Record<string, string> = { HOME: home, PATH: process.env['PATH'] ?? '', ...fake.env }
  const signedIn: SsoPortal[] = []
  const pages: string[] = []
  const openPage = async (url: string): Promise<'opened'> => {
    pages.push(url)
    return 'opened'
  }
  const keys = openKeys({
    ...{ host: { openPage }, seams: systemSeams, env, askCode },
    signedIn: (portal) => signedIn.push(portal),
  })
  ends.push(async () => {
    keys.close()
    await fake.stop()
    rmSync(home, { recursive: true, force: true })
  })
  return {
    ...{ fake, env, home, keys, signedIn, pages },
    get(credentials, { refused, code, own, endpoint, scope = '' } = {}) {
      const config: EndpointConfig = { endpoint, region: 'eu-west-1', addressing: 'virtual', credentials }
      const ownKeys = own ?? { accessKeyId: 'AKIA', secretAccessKey: 'long-lived' }
      return keys.sources.get({ config, scope, own: async () => ownKeys, refused, code })
    },
    files(config, credentials = '') {
      writeFileSync(path.join(home, '.aws', 'config'), config)
      writeFileSync(path.join(home, '.aws', 'credentials'), credentials)
    },
  }
}
