import { WebSocket } from 'ws'
import { serve } from '../../../main/serve/serve.ts'
import { openWebSocketTransport } from '../../../renderer/api/web-socket.ts'
import { ENTRIES, VERSION } from './stage.ts'
import { transportSuite } from './suite.ts'

transportSuite('the WebSocket of serve', async (dataDir) => {
  const serving = await serve({ dataDir, port: 0, version: VERSION, folders: [], paths: ENTRIES })
  const url = new URL(serving.url)
  const transport = openWebSocketTransport(
    `ws://${url.host}/socket${url.search}`,
    // A browser says where its page is from by itself.
    (address) => new WebSocket(address, { origin: url.origin }),
  )
  return {
    transport,
    readDelivered: async ({ url: link = '' }) => (await fetch(new URL(link, url))).text(),
    async close() {
      transport.close()
      await serving.stop()
    },
  }
})
