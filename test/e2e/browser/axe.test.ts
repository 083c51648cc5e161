import { AxeBuilder } from '@axe-core/playwright'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { playgroundOf } from '../../helpers/window.ts'
import type { DecantWindow, OpenApp } from '../../helpers/window.ts'
import { serveHost } from '../hosts.ts'
import { SCREENS } from '../screens.ts'

/** One walk through the app: a screen begins where the one before it ended. */
describe('axe finds nothing', () => {
  const host = serveHost()
  const dataDir = mkdtempSync(path.join(tmpdir(), 'decant-axe-'))
  let app: OpenApp
  beforeAll(async () => {
    app = await host.open({ dataDir })
  })
  afterAll(async () => {
    await app.close()
    await host.end()
    rmSync(dataDir, { recursive: true, force: true })
  })

  it.each(SCREENS)('on $name, light and dark', async ({ show, leave }) => {
    const { window } = app
    await show(window, () => playgroundOf(dataDir))
    await window.page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' })
    expect.soft(await violations(axe(window))).toEqual([])
    // What is dark differs in its colours only.
    await window.page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' })
    expect.soft(await violations(axe(window).withRules('color-contrast'))).toEqual([])
    await leave?.(window, () => playgroundOf(dataDir))
  })
})

function axe({ page }: DecantWindow): AxeBuilder {
  return new AxeBuilder({ page }).options({ resultTypes: ['violations'] })
}

/** One line a finding: the rule, and where. */
async function violations(builder: AxeBuilder): Promise<readonly string[]> {
  const found = await builder.analyze()
  return found.violations.flatMap(({ id, nodes }) =>
    nodes.map(
      ({ target, failureSummary = '' }) =>
        `${id}: ${target.join(' ')} ${failureSummary.replace(/\s+/g, ' ')}`,
    ),
  )
}
