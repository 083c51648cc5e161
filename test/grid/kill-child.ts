/** A process that works on a grid and is killed in the middle: `kill-child.ts ENDPOINT DIR WHAT [ID]`. */
import process from 'node:process'
import { systemSeams } from '#model/seams.ts'
import { createStorage } from '../../main/engine/open-storage.ts'
import { Grids } from '../../main/grid/grids.ts'

const [endpoint = '', accessKeyId = '', secretAccessKey = '', dir = '', what = '', id = ''] =
  process.argv.slice(2)
const config = {
  endpoint,
  region: 'us-east-1',
  addressing: 'path',
  credentials: { kind: 'keys', accessKeyId },
} as const
const storage = createStorage({
  config,
  credentials: async () => ({ accessKeyId, secretAccessKey }),
  seams: systemSeams,
})

/** SIGKILL: nothing that this process would still do is done. */
function killWhere(is: boolean): void {
  if (is) process.kill(process.pid, 'SIGKILL')
}

const grids: Grids = new Grids({
  ...{ dir, seams: systemSeams, openStorage: async () => storage },
  changed(changed) {
    const { rows, changedRows } = grids.find(changed).snapshot()
    if (what === 'list') killWhere(rows >= 3000)
    if (what === 'edit') killWhere(changedRows >= 1000)
    if (what === 'undo') killWhere(changedRows > 0 && changedRows <= 3000)
  },
  removed: () => {},
})
if (what === 'list') {
  const connection = { id: 'test', name: 'Test', config }
  const select = [{ kind: 'prefix', prefix: '' }] as const
  grids.open({ connection, requesterPays: false, bucket: 'bucket', base: '', select })
}
if (what === 'edit') await grids.find(id).edit({ view: 'all', from: 0, to: 4999 }, 'tag:by', 'hand')
if (what === 'undo') await grids.find(id).undo()
