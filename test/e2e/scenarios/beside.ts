import { expect } from 'vitest'
import { decantFor, jsonResult } from '../../helpers/decant.ts'
import { until } from '../../helpers/processes.ts'
import type { TestHost } from '../../helpers/window.ts'
import { foreignStore, importProfile } from '../store.ts'

const OBJECTS = 400

/** A window and `decant copy` on one data directory, pouring the same objects into the same place at once. */
export async function windowAndCommand(host: TestHost, dir: string): Promise<void> {
  const { server, env } = await foreignStore(`${dir}/aws`)
  try {
    await server.admin.seed({ bucket: 'here', count: OBJECTS, prefix: 'both/', size: 10 })
    await server.admin.seed({ bucket: 'there', count: 0 })
    const dataDir = `${dir}/data`
    const app = await host.open({ dataDir, env })
    const { window } = app
    await importProfile(window)
    await window.goTo('left', 's3://here/')
    await window.goTo('right', 's3://there/')
    await server.admin.faults({ op: 'CopyObject', do: 'slow', ms: 100 })

    await window.row('left', 'both/').click()
    await window.page.keyboard.press('F5')
    await window.pourSheet.getByText(/^See all/).waitFor()
    const command = decantFor(server, dataDir)
    const copied = command('copy', 's3://here/both/', 's3://there/both/', '--conflict', 'skip', '--json')
    await window.button(/^Start copying/, window.pourSheet).click()
    const { code, output } = await copied
    expect(code, output).toBe(0)
    expect(jsonResult(output)).toMatchObject({ status: 'completed', outcome: 'done' })

    const running = window.page.getByRole('region', { name: 'Running jobs' })
    await until('the window says that nothing runs', async () => (await running.count()) === 0)
    const places = [
      { bucket: 'here', prefix: '' },
      { bucket: 'there', prefix: '' },
    ] as const
    expect(await server.admin.compare(...places)).toMatchObject({ equal: true, compared: OBJECTS })
    const written = (await server.admin.log()).filter(({ op }) => op === 'CopyObject').map(({ key }) => key)
    expect(written.length).toBe(OBJECTS)
    expect(new Set(written).size).toBe(OBJECTS)
    await app.close()
  } finally {
    await server.stop()
  }
}
