import { readFile } from 'node:fs/promises'
import { systemSeams } from '#model/seams.ts'
import { createStorage } from '../../../main/engine/open-storage.ts'
import { playgroundIn } from '../../../main/serve/children.ts'
import { settingsFile } from '../../../main/serve/settings.ts'
import { openCore } from '../../../main/services/open-core.ts'
import { hostDouble } from '../../helpers/host-double.ts'
import { ENTRIES, VERSION } from './stage.ts'
import { transportSuite } from './suite.ts'

transportSuite('no pipe at all', async (dataDir) => {
  const playground = playgroundIn(dataDir, ENTRIES.playground)
  const host = hostDouble(playground.open)
  const core = await openCore({
    options: { dataDir, host: 'cli', version: VERSION },
    host: { ...host.port, ...settingsFile(dataDir) },
    seams: systemSeams,
    createStorage,
    env: process.env,
  })
  return {
    transport: core.transport,
    readDelivered: ({ path = '' }) => readFile(path, 'utf8'),
    async close() {
      await core.close()
      await playground.stop()
    },
  }
})
