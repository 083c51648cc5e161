import { readFile } from 'node:fs/promises'
import { superviseCore } from '#contract/supervisor.ts'
import { systemSeams } from '#model/seams.ts'
import { readOwner } from '../../../main/jobs/owner.ts'
import { forkCore, playgroundIn } from '../../../main/serve/children.ts'
import { linkToOwner } from '../../../main/serve/owner-socket.ts'
import { settingsFile } from '../../../main/serve/settings.ts'
import { hostDouble } from '../../helpers/host-double.ts'
import { ENTRIES, VERSION } from './stage.ts'
import { transportSuite } from './suite.ts'

transportSuite("the owner's door", async (dataDir) => {
  const playground = playgroundIn(dataDir, ENTRIES.playground)
  const core = superviseCore({
    spawn: forkCore(ENTRIES.core),
    host: { ...hostDouble(playground.open).port, ...settingsFile(dataDir) },
    core: { dataDir, host: 'serve', version: VERSION },
    seams: systemSeams,
  })
  const started = await core.started
  if (!started.ok) throw new Error(started.failure.message)
  const { port = 0, token = '' } = readOwner(dataDir) ?? {}
  const link = await linkToOwner(port, token)
  return {
    transport: link.transport,
    caller: 'person',
    readDelivered: ({ path = '' }) => readFile(path, 'utf8'),
    async close() {
      link.close()
      await core.stop()
      await playground.stop()
    },
  }
})
