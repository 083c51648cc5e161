/** Calls of the contract that a test makes as the window does: over the desktop's bridge, or over a socket of its own. */
import type { Page } from 'playwright'

export async function askCore<Value>(page: Page, method: string, input: object): Promise<Value> {
  const reply = await page.evaluate(
    async ([name, asked]) => {
      const { decant } = window as unknown as {
        decant?: { invoke(method: string, input: unknown, call: string): Promise<unknown> }
      }
      if (decant !== undefined) return decant.invoke(name, asked, `asked-${performance.now()}`)
      const { host, search } = window.location
      const socket = new WebSocket(`ws://${host}/socket${search}`)
      try {
        return await new Promise<unknown>((resolve, reject) => {
          socket.onerror = () => reject(new Error('The socket was refused.'))
          socket.onopen = () =>
            socket.send(JSON.stringify({ type: 'invoke', call: '1', method: name, input: asked }))
          socket.onmessage = ({ data }) => {
            const message = JSON.parse(String(data)) as { readonly type: string; readonly reply?: unknown }
            if (message.type === 'reply') resolve(message.reply)
          }
        })
      } finally {
        socket.close()
      }
    },
    [method, input] as const,
  )
  const { ok, value, failure } = reply as { ok: boolean; value: Value; failure?: { message: string } }
  if (!ok) throw new Error(`${method}: ${failure?.message ?? 'refused'}`)
  return value
}
