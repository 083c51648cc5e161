/**
 * `npm run package [-- TARGET…]`: the packages of this system (deb, rpm and AppImage; dmg; nsis) in dist/, or only the
 * named ones; `dir` is the app unpacked. deb and rpm name who keeps them: DECANT_MAINTAINER ("Name <address>") and
 * DECANT_HOMEPAGE. Signing goes by electron-builder's own variables (CSC_LINK, CSC_KEY_PASSWORD, APPLE_ID …).
 *
 * DECANT_RELEASES_URL and DECANT_RELEASES_KEY give the app the feed that it may ask for newer versions (package/feed.ts
 * makes it); without them it asks nobody.
 *
 * electron-builder fetches what it needs: the Electron of package.json, and the tools that make deb, rpm and AppImage.
 * DECANT_PACKAGE_ELECTRON names the folder of an unpacked Electron to take instead.
 */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { build, Platform } from 'electron-builder'
import { buildIfNeeded, repository } from './build-if-needed.ts'
import { packageConfig } from './package/config.ts'

const targets = process.argv.slice(2).filter((argument) => !argument.startsWith('-'))
const output = process.env['DECANT_PACKAGE_OUTPUT'] ?? path.join(repository, 'dist')
const folder = process.env['DECANT_PACKAGE_ELECTRON']

buildIfNeeded((line) => console.log(line))
const written = await build({
  projectDir: repository,
  targets: Platform.current().createTarget(targets.length > 0 ? targets : undefined),
  config: packageConfig({
    output,
    publisher: publisher(),
    releases: releases(),
    electron: folder === undefined ? undefined : { folder, version: versionOf(folder) },
  }),
})
for (const file of written) console.log(path.relative(process.cwd(), file))

/** Packages that nobody has to answer for are made without asking. */
function publisher(): { maintainer: string; homepage: string } {
  const { DECANT_MAINTAINER: maintainer, DECANT_HOMEPAGE: homepage } = process.env
  if (maintainer !== undefined && homepage !== undefined) {
    if (!/^[^<>]+ <[^<>@\s]+@[^<>\s]+>$/.test(maintainer))
      throw new Error(`DECANT_MAINTAINER: must be like "Name <address>", not ${JSON.stringify(maintainer)}`)
    return { maintainer, homepage }
  }
  const asks =
    process.platform === 'linux' && (targets.length === 0 || targets.some((name) => name !== 'dir'))
  if (asks)
    throw new Error(
      'A deb and an rpm name who keeps them: set DECANT_MAINTAINER ("Name <address>") and DECANT_HOMEPAGE.',
    )
  return { maintainer: 'Decant <decant@localhost>', homepage: 'http://localhost/' }
}

function releases(): { url: string; key: string } | undefined {
  const { DECANT_RELEASES_URL: url, DECANT_RELEASES_KEY: key } = process.env
  if (url === undefined && key === undefined) return undefined
  if (url === undefined || key === undefined)
    throw new Error('DECANT_RELEASES_URL and DECANT_RELEASES_KEY: set both, or neither.')
  return { url, key }
}

/** Electron writes it beside its executable. */
function versionOf(electron: string): string {
  return readFileSync(path.join(electron, 'version'), 'utf8').trim().replace(/^v/, '')
}
