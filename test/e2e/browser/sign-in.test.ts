import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createServer, type Server } from 'node:tls'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { makeCertificate } from '../../helpers/certificates.ts'
import { startFakeAws, type FakeAws } from '../../helpers/fake-aws.ts'
import type { PlaygroundAddress } from '../../helpers/playground.ts'
import type { OpenApp } from '../../helpers/window.ts'
import { serveHost } from '../hosts.ts'
import { accountByBrowser, roleWithCode, takeRemote, trustFingerprint } from '../scenarios/sign-in.ts'
import { foreignStore, type ForeignStore } from '../store.ts'

describe('a person signs in, or brings the keys of another tool', () => {
  const host = serveHost()
  const dir = mkdtempSync(path.join(tmpdir(), 'decant-sign-in-'))
  let store: ForeignStore
  let fake: FakeAws
  let secure: Server
  let app: OpenApp
  beforeAll(async () => {
    store = await foreignStore(path.join(dir, 'aws'))
    const { server } = store
    await server.admin.seed({ bucket: 'mine', count: 1, size: 1 })
    fake = await startFakeAws()
    fake.keys = () => server.admin.session()
    secure = inTls(Number(new URL(server.endpoint).port))
    await new Promise<void>((listening) => secure.listen(0, '127.0.0.1', listening))
    // The tokens of a sign-in lie where the AWS tools keep them, which is below the home.
    app = await host.open({
      dataDir: dir,
      env: { ...store.env, ...fake.env, HOME: dir, RCLONE_CONFIG: remoteTo(server, dir) },
    })
    await app.window.button('Add a connection…').click()
  })
  afterAll(async () => {
    await app.close()
    await host.end()
    secure.close()
    await fake.stop()
    await store.server.stop()
    rmSync(dir, { recursive: true, force: true })
  })

  it('to a role, by the code of a device', () => roleWithCode(app.window, store.server, fake))
  it('to an account, by the browser', () => accountByBrowser(app.window, store.server, fake))
  it('to a server that nobody vouches for, by its fingerprint', () => {
    const { port } = secure.address() as AddressInfo
    return trustFingerprint(app.window, store.server, `https://localhost:${port}`)
  })
  it('with what rclone knows', () => takeRemote(app.window, 'attic'))
})

/** Settings of rclone with one remote. @returns their file */
function remoteTo({ endpoint, accessKeyId, secretAccessKey }: PlaygroundAddress, dir: string): string {
  const file = path.join(dir, 'rclone.conf')
  const keys = `access_key_id = ${accessKeyId}\nsecret_access_key = ${secretAccessKey}\n`
  writeFileSync(file, `[attic]\ntype = s3\nprovider = Other\nendpoint = ${endpoint}\n${keys}`)
  return file
}

/** What listens on a port of this machine, behind TLS with a certificate that signed itself. */
function inTls(port: number): Server {
  const server = createServer(makeCertificate(), (socket) => {
    const plain = connect(port, '127.0.0.1')
    socket.pipe(plain).pipe(socket)
    socket.on('error', () => plain.destroy())
    plain.on('error', () => socket.destroy())
  })
  return server.on('tlsClientError', () => {})
}
