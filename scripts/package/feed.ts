/**
 * The releases feed that packaged apps ask, and its signature (Ed25519):
 *
 *   node scripts/package/feed.ts new-key FILE             a key of one's own; prints DECANT_RELEASES_KEY for `npm run package`
 *   node scripts/package/feed.ts sign KEYFILE FEED.json   checks the feed, and writes FEED.json.sig beside it
 */
import { createPrivateKey, createPublicKey, generateKeyPairSync, sign, type KeyObject } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { releases } from '../../main/model/releases.ts'

const [command, ...given] = process.argv.slice(2)

if (command === 'new-key' && given[0] !== undefined) {
  const { privateKey } = generateKeyPairSync('ed25519')
  writeFileSync(given[0], privateKey.export({ format: 'pem', type: 'pkcs8' }), { mode: 0o600, flag: 'wx' })
  console.log(`DECANT_RELEASES_KEY=${publicPart(privateKey)}`)
} else if (command === 'sign' && given[0] !== undefined && given[1] !== undefined) {
  const key = createPrivateKey(readFileSync(given[0]))
  const feed = readFileSync(given[1])
  releases.parse(JSON.parse(feed.toString('utf8')))
  writeFileSync(`${given[1]}.sig`, `${sign(null, feed, key).toString('base64')}\n`)
  console.log(`${given[1]}.sig, for builds with DECANT_RELEASES_KEY=${publicPart(key)}`)
} else {
  console.error('Usage: feed.ts new-key FILE | feed.ts sign KEYFILE FEED.json')
  process.exitCode = 2
}

function publicPart(key: KeyObject): string {
  return createPublicKey(key).export({ format: 'der', type: 'spki' }).toString('base64')
}
