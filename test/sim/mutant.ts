/**
 * A process whose engine has one planted bug: forked by mutations.ts with what to plant and what to play, as JSON. The
 * tree is not touched; the source is changed on its way into this process. Sends what was found.
 */
import { registerHooks } from 'node:module'
import { pathToFileURL } from 'node:url'
import path from 'node:path'
import type { Mutation } from './mutations.ts'
import { plant } from './plant.ts'

const mutation = JSON.parse(process.argv[2] ?? '') as Mutation
const url = pathToFileURL(path.resolve(import.meta.dirname, '../../main', mutation.file)).href
let isPlanted = false

registerHooks({
  load: (of, context, next) => {
    const loaded = next(of, context)
    if (of !== url) return loaded
    isPlanted = true
    return { ...loaded, source: plant(String(loaded.source), mutation) }
  },
})

const { playUntil } = await import('./played.ts')
const played = await playUntil(mutation.play)
if (!isPlanted) throw new Error(`main/${mutation.file} is never loaded`)
process.send?.(played)
process.disconnect()
