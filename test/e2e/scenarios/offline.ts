import { until } from '../../helpers/processes.ts'
import type { DecantWindow, TestHost } from '../../helpers/window.ts'
import { foreignStore, importProfile } from '../store.ts'

const HERE = 'here'
const THERE = 'there'
/** As people are promised, in milliseconds. */
const SEEN_WITHIN = 10_000
const SLOW = 400

/** The endpoint goes away under a running job, and comes back after the app was killed and started again. */
export async function offlineAndBack(host: TestHost, dir: string): Promise<void> {
  const { server, env } = await foreignStore(`${dir}/aws`)
  try {
    await server.admin.seed({ bucket: HERE, count: 300, prefix: 'first/', size: 10 })
    await server.admin.seed({ bucket: HERE, count: 120, prefix: 'second/', size: 10 })
    await server.admin.seed({ bucket: THERE, count: 0 })
    const options = { dataDir: `${dir}/data`, env }

    const first = await host.open(options)
    await listBoth(first.window)
    await server.admin.faults({ op: 'CopyObject', do: 'slow', ms: SLOW })
    await pour(first.window, 'first/')
    await first.window.button(/^Start copying/, first.window.pourSheet).click()
    await first.window.halfWay(/first/)
    await server.admin.offline(true)
    await first.window
      .jobLine(/first/)
      .getByText(/^Offline since/)
      .waitFor({ timeout: SEEN_WITHIN })

    await browseWhatWasListed(first.window)
    await pour(first.window, 'second/')
    await first.window.button('Add to the queue', first.window.pourSheet).click()
    await first.window.jobLine(/second/).waitFor()
    await first.kill()

    const second = await host.open(options)
    await second.window
      .jobLine(/first/)
      .getByText(/^Offline since/)
      .waitFor()
    await second.window.jobLine(/second/).waitFor()
    await server.admin.clearFaults()
    await server.admin.offline(false)
    await until('both jobs have ended, and nobody clicked', async () => isDone(second.window), 60_000)
    for (const prefix of ['first/', 'second/']) {
      await until(`${prefix} is there`, async () => {
        const places = [
          { bucket: HERE, prefix },
          { bucket: THERE, prefix },
        ] as const
        return (await server.admin.compare(...places)).equal
      })
    }
    await second.close()
  } finally {
    await server.stop()
  }
}

async function listBoth(window: DecantWindow): Promise<void> {
  await importProfile(window)
  await window.goTo('left', `s3://${HERE}/first/`)
  await window.row('left', 'obj-00000001').waitFor()
  await window.goTo('left', `s3://${HERE}/`)
  await window.row('left', 'second/').waitFor()
  await window.row('right', 'store').dblclick()
  await window.row('right', THERE).dblclick()
  await window.pane('right').getByText('Nothing here').waitFor()
}

async function pour(window: DecantWindow, name: string): Promise<void> {
  await window.row('left', name).click()
  await window.page.keyboard.press('F5')
  await window.pourSheet.waitFor()
}

async function browseWhatWasListed(window: DecantWindow): Promise<void> {
  await window.row('left', 'first/').dblclick()
  await window.row('left', 'obj-00000001').waitFor()
  await window.pane('left').getByText('Offline.').waitFor()
  await window.list('left').focus()
  await window.page.keyboard.press('Backspace')
  await window.row('left', 'second/').waitFor()
}

async function isDone(window: DecantWindow): Promise<boolean> {
  return (await window.page.getByRole('region', { name: 'Running jobs' }).count()) === 0
}
