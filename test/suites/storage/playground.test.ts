import { afterAll, beforeAll } from 'vitest'
import { EXPECTATIONS } from '../../endpoint/expectations.ts'
import { spawnPlayground } from '../../helpers/playground.ts'
import type { PlaygroundProcess } from '../../helpers/playground.ts'
import { CLIENTS } from './bench.ts'
import { storageSuite } from './storage-suite.ts'

let playground: PlaygroundProcess
beforeAll(async () => {
  playground = await spawnPlayground()
})
afterAll(() => playground.stop())

for (const client of CLIENTS) storageSuite(client, () => playground, EXPECTATIONS.aws)
