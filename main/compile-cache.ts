import module from 'node:module'
import process from 'node:process'
import { ownCacheFolder } from './cache-folder.ts'

/**
 * V8's code of our files, as it is right after they were compiled, kept from one start to the next: each takes a tenth less
 * CPU. The built command keeps more (kept-code.ts). Node 20 keeps none. NODE_DISABLE_COMPILE_CACHE=1 turns it off.
 */
function keepCompiled(): void {
  if (process.env['NODE_COMPILE_CACHE'] !== undefined || !('enableCompileCache' in module)) return
  const folder = ownCacheFolder('compiled')
  if (folder !== undefined) module.enableCompileCache(folder)
}

keepCompiled()
