// Does what the default app inside Electron does: starts the app that the command line names. The runtime used in
// tests comes without one (see ../fetch.ts). It is an ES module and awaits the app's main module, so that Electron
// holds back `ready` until that module has run: protocols can only be registered before it.
import { app } from 'electron'
import { readFileSync } from 'node:fs'
import Module from 'node:module'
import path from 'node:path'
import { pathToFileURL } from 'node:url'

const preloads = []
let appPath
const argv = process.argv.slice(1)
while (argv.length > 0 && appPath === undefined) {
  const argument = argv.shift()
  if (argument === '-r' || argument === '--require') preloads.push(argv.shift())
  else if (!argument.startsWith('-')) appPath = path.resolve(argument)
}
if (appPath === undefined) {
  console.error('Name the folder of the app to start.')
  process.exit(2)
}

Object.defineProperty(process, 'defaultApp', { configurable: false, enumerable: true, value: true })
if (preloads.length > 0) Module._preloadModules(preloads)

const manifest = JSON.parse(readFileSync(path.join(appPath, 'package.json'), 'utf8'))
if (manifest.version) app.setVersion(manifest.version)
app.name = manifest.productName ?? manifest.name ?? app.name
app.setAppPath(appPath)
await import(pathToFileURL(path.resolve(appPath, manifest.main ?? 'index.js')).href)
